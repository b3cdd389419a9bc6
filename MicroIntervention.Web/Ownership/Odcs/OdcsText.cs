using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MicroIntervention.Web.Ownership.Odcs;

/// <summary>Documents as JSON and as YAML. Of YAML what data needs: no anchors, no tags, no merging.</summary>
internal static class OdcsText
{
    /// <summary>Largest file that is read, bytes.</summary>
    public const int MaxBytes = 512 * 1024;

    private const int MaxDepth = 32;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToJson(JsonNode document) => document.ToJsonString(Indented) + "\n";

    /// <summary>Block style; every text that could be read as something else stands in quotes.</summary>
    public static string ToYaml(JsonNode document)
    {
        var text = new StringBuilder();
        Write(text, document, 0, isInline: false);
        return text.ToString();
    }

    /// <summary>Reads a file: one JSON document, or YAML with one or more.</summary>
    /// <param name="bytes">UTF-8.</param>
    /// <param name="fault">Where it cannot be read; empty when it can.</param>
    public static IReadOnlyList<JsonNode?> Read(ReadOnlySpan<byte> bytes, out string fault)
    {
        fault = "";
        var documents = new List<JsonNode?>();
        if (bytes.Length > MaxBytes)
        {
            fault = "The file has more than 512 KB.";
            return documents;
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            fault = "The file is not valid UTF-8.";
            return documents;
        }

        var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
        if (text.AsSpan().TrimStart().StartsWith("{"))
        {
            return ReadJson(text, out fault);
        }

        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            while (!parser.Accept<StreamEnd>(out _))
            {
                parser.Consume<DocumentStart>();
                documents.Add(ReadNode(parser, 0));
                parser.Consume<DocumentEnd>();
            }
        }
        catch (YamlException wrong)
        {
            documents.Clear();
            fault = string.Create(CultureInfo.InvariantCulture, $"Line {wrong.Start.Line}, column {wrong.Start.Column}: {wrong.Message}");
        }

        return documents;
    }

    private static List<JsonNode?> ReadJson(string text, out string fault)
    {
        try
        {
            fault = "";
            return [JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false })];
        }
        catch (JsonException wrong)
        {
            fault = wrong.Message;
            return [];
        }
    }

    private static JsonNode? ReadNode(IParser parser, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, "It is nested deeper than 32.");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return scalar.Style == ScalarStyle.Plain ? Plain(scalar.Value) : JsonValue.Create(scalar.Value);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(ReadNode(parser, depth + 1));
            }

            return list;
        }

        if (parser.TryConsume<MappingStart>(out _))
        {
            var map = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = parser.Consume<Scalar>();
                if (map.ContainsKey(key.Value))
                {
                    throw new YamlException(key.Start, key.End, $"The key {key.Value} is there twice.");
                }

                map[key.Value] = ReadNode(parser, depth + 1);
            }

            return map;
        }

        throw new YamlException(parser.Current!.Start, parser.Current.End, "Anchors and aliases are not read; write the value itself.");
    }

    // The core schema of YAML 1.2: yes, no and dates are text.
    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.') &&
               double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) &&
               double.IsFinite(number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private static void Write(StringBuilder text, JsonNode? node, int indent, bool isInline)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                var first = true;
                foreach (var (key, value) in map)
                {
                    Indent(text, first && isInline ? 0 : indent).Append(Quote(key)).Append(':');
                    first = false;
                    Value(text, value, indent + 2);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                {
                    Indent(text, indent).Append("- ");
                    if (item is JsonObject { Count: > 0 })
                    {
                        Write(text, item, indent + 2, isInline: true);
                    }
                    else
                    {
                        text.Append(Scalar(item)).Append('\n');
                    }
                }

                break;
            default:
                text.Append(Scalar(node)).Append('\n');
                break;
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, int indent)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            Write(text, value, indent, isInline: false);
        }
        else
        {
            text.Append(' ').Append(Scalar(value)).Append('\n');
        }
    }

    // JSON is YAML: numbers, flags, empty and rare shapes are written as JSON in one line.
    private static string Scalar(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? Quote(value.GetValue<string>()) : node?.ToJsonString() ?? "null";

    private static string Quote(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.AsSpan().IndexOfAnyExcept(Bare) < 0 && Plain(text)?.GetValueKind() == JsonValueKind.String && !text.EndsWith(' ') && !IsOldFlag(text)
            ? text
            : JsonSerializer.Serialize(text, Indented);

    // Readers of YAML 1.1 take these for flags.
    private static bool IsOldFlag(string text) => text.ToUpperInvariant() is "Y" or "N" or "YES" or "NO" or "ON" or "OFF";

    private static readonly System.Buffers.SearchValues<char> Bare =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._-/()");

    private static StringBuilder Indent(StringBuilder text, int by) => text.Append(' ', by);
}
