using System.Globalization;
using System.Text.Json;

namespace MicroIntervention.Engine.Signals;

/// <summary>What an order event says was bought, and for how much.</summary>
internal static class PurchaseText
{
    /// <summary>The first product's name, else the order's own; null when it names none.</summary>
    /// <param name="raw">The event's JSON.</param>
    public static string? NameOf(ReadOnlySpan<byte> raw)
    {
        foreach (var path in (ReadOnlySpan<string>)["properties.product_name", "properties.productName", "properties.name"])
        {
            if (SignalText.Read(raw, path) is { } name)
            {
                return name;
            }
        }

        var reader = new Utf8JsonReader(raw, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            return JsonDocument.TryParseValue(ref reader, out var order) ? FirstProduct(order) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Amount and currency as written, for example <c>49.90 EUR</c>; empty when there is no amount.</summary>
    /// <param name="raw">The event's JSON.</param>
    public static string AmountOf(ReadOnlySpan<byte> raw)
    {
        foreach (var path in (ReadOnlySpan<string>)["properties.amount", "properties.total", "properties.revenue", "properties.value"])
        {
            if (SignalText.Read(raw, path) is { } amount && double.TryParse(amount, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            {
                return SignalText.Read(raw, "properties.currency") is { } currency ? $"{amount} {currency}" : amount;
            }
        }

        return "";
    }

    private static string? FirstProduct(JsonDocument order)
    {
        using (order)
        {
            return order.RootElement.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object &&
                properties.TryGetProperty("products", out var products) && products.ValueKind == JsonValueKind.Array && products.GetArrayLength() > 0 &&
                products[0] is { ValueKind: JsonValueKind.Object } first && first.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()
                : null;
        }
    }
}
