using System.Buffers;
using System.Text.Json;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>JSON with one spelling for one meaning: members in ordinal order, no spaces, numbers by value.</summary>
internal static class CanonicalJson
{
    /// <summary>Packs and overrides, in the order given.</summary>
    public static ReadOnlySpan<byte> OfPlan(IEnumerable<ScenarioPack> packs, IEnumerable<PolicyOverride> overrides)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("packs"u8);
            foreach (var pack in packs)
            {
                using var document = JsonDocument.Parse(pack.Source);
                Write(json, document.RootElement);
            }

            json.WriteEndArray();
            json.WriteStartArray("overrides"u8);
            foreach (var changed in overrides)
            {
                OverrideJson.Write(json, changed);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    /// <summary>Writes a value; <c>$schema</c> says nothing about meaning and is left out.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in element.EnumerateObject().Where(m => m.Name != "$schema").OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.Number:
                json.WriteNumberValue(element.GetDouble());
                break;
            default:
                element.WriteTo(json);
                break;
        }
    }
}
