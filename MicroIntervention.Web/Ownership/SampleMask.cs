using System.Buffers;
using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ownership;

/// <summary>An event as it may be kept and shown: its structure and its flags; of its texts only those that the contract says are about nobody, of its numbers those that it says are not personal.</summary>
/// <remarks>Masked before it is stored: what is not there cannot leak. A masked text says only how long it was. Never throws on any input.</remarks>
internal static class SampleMask
{
    /// <summary>Most characters of a sample.</summary>
    public const int Longest = 4_096;

    /// <param name="raw">The event's JSON object.</param>
    /// <param name="terms">Says which of its fields are about nobody.</param>
    public static string Of(ReadOnlySpan<byte> raw, SignalContract terms)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        try
        {
            using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
            using var document = JsonDocument.Parse(raw.ToArray());
            var below = terms.FieldsBelow;
            var known = terms.Fields.ToDictionary(field => below + field.Path, StringComparer.Ordinal);
            known["type"] = known["event"] = new ContractField("type", FieldType.Text, IsRequired: true, PersonalData.None);
            Write(json, document.RootElement, "", known);
            json.Flush();
        }
        catch (JsonException)
        {
            return "";
        }

        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return text.Length > Longest ? string.Concat(text.AsSpan(0, Longest - 1), "…") : text;
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, string path, Dictionary<string, ContractField> known)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value, path.Length == 0 ? member.Name : path + "." + member.Name, known);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item, path + "[]", known);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String when !IsShown(FieldType.Text, PersonalData.None):
                json.WriteStringValue(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"<text of {value.GetString()!.Length} characters>"));
                break;
            case JsonValueKind.Number when !IsShown(FieldType.Number, PersonalData.Pseudonymous):
                json.WriteStringValue("<number>");
                break;
            default:
                value.WriteTo(json);
                break;
        }

        // A text where a number was promised may be anything, whatever the contract says of the number.
        bool IsShown(FieldType type, PersonalData most) => known.TryGetValue(path, out var field) && field.Type == type && field.PersonalData <= most;
    }
}
