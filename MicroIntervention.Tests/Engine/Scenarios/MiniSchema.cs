using System.Text.Json;
using System.Text.RegularExpressions;

namespace MicroIntervention.Tests.Engine.Scenarios;

/// <summary>The part of JSON Schema 2020-12 that the pack's schema uses; a keyword it does not know fails the test instead of passing silently.</summary>
internal sealed class MiniSchema(JsonElement root)
{
    private static readonly string[] Notes = ["$schema", "$id", "$defs", "title", "description"];

    public bool Accepts(JsonElement value) => Accepts(root, value);

    private bool Accepts(JsonElement schema, JsonElement value)
    {
        foreach (var rule in schema.EnumerateObject())
        {
            if (!Notes.Contains(rule.Name) && !Holds(schema, rule, value))
            {
                return false;
            }
        }

        return true;
    }

    private bool Holds(JsonElement schema, JsonProperty rule, JsonElement value) => rule.Name switch
    {
        "$ref" => Accepts(root.GetProperty("$defs").GetProperty(rule.Value.GetString()!["#/$defs/".Length..]), value),
        "type" => rule.Value.ValueKind == JsonValueKind.Array ? rule.Value.EnumerateArray().Any(t => IsOf(t.GetString()!, value)) : IsOf(rule.Value.GetString()!, value),
        "enum" => rule.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)),
        "const" => JsonElement.DeepEquals(rule.Value, value),
        "anyOf" => rule.Value.EnumerateArray().Any(s => Accepts(s, value)),
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.Value.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1)),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.Value.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.Value.GetInt32(),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.Value.GetDouble(),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.Value.GetDouble(),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.Value.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.Value.GetInt32(),
        "uniqueItems" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Select(i => i.GetRawText()).Distinct().Count() == value.GetArrayLength(),
        "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(i => Accepts(rule.Value, i)),
        "minProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() >= rule.Value.GetInt32(),
        "maxProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() <= rule.Value.GetInt32(),
        "required" => value.ValueKind != JsonValueKind.Object || rule.Value.EnumerateArray().All(r => value.TryGetProperty(r.GetString()!, out _)),
        "properties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().All(p => !rule.Value.TryGetProperty(p.Name, out var s) || Accepts(s, p.Value)),
        "propertyNames" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().All(p => Accepts(rule.Value, JsonSerializer.SerializeToElement(p.Name))),
        "additionalProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject()
            .Where(p => !(schema.TryGetProperty("properties", out var known) && known.TryGetProperty(p.Name, out _)))
            .All(p => rule.Value.ValueKind != JsonValueKind.False && Accepts(rule.Value, p.Value)),
        _ => throw new NotSupportedException($"The schema uses \"{rule.Name}\", which this test cannot check."),
    };

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() % 1 == 0,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new NotSupportedException(type),
    };
}
