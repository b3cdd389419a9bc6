using System.Text.Json;
using System.Text.RegularExpressions;

namespace MicroIntervention.Tests.Web.Ownership;

/// <summary>The part of JSON Schema 2019-09 that the Open Data Contract Standard uses; a keyword it does not know fails the test instead of passing silently.</summary>
internal sealed class DraftSchema(JsonElement root)
{
    private static readonly string[] Notes = ["$schema", "$id", "$defs", "title", "description", "default", "examples", "deprecated", "format", "then", "else", "$comment"];

    public bool Accepts(JsonElement value) => Accepts(root, value);

    private bool Accepts(JsonElement schema, JsonElement value) => schema.ValueKind == JsonValueKind.True ||
        (schema.ValueKind == JsonValueKind.Object && schema.EnumerateObject().All(rule => Notes.Contains(rule.Name) || Holds(schema, rule, value)));

    private bool Holds(JsonElement schema, JsonProperty rule, JsonElement value) => rule.Name switch
    {
        "$ref" => Accepts(Target(rule.Value), value),
        "type" => rule.Value.ValueKind == JsonValueKind.Array ? rule.Value.EnumerateArray().Any(t => IsOf(t.GetString()!, value)) : IsOf(rule.Value.GetString()!, value),
        "enum" => rule.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)),
        "const" => JsonElement.DeepEquals(rule.Value, value),
        "allOf" => rule.Value.EnumerateArray().All(s => Accepts(s, value)),
        "anyOf" => rule.Value.EnumerateArray().Any(s => Accepts(s, value)),
        "oneOf" => rule.Value.EnumerateArray().Count(s => Accepts(s, value)) == 1,
        "not" => !Accepts(rule.Value, value),
        "if" => !schema.TryGetProperty(Accepts(rule.Value, value) ? "then" : "else", out var branch) || Accepts(branch, value),
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.Value.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1)),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.Value.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.Value.GetInt32(),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.Value.GetDouble(),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.Value.GetDouble(),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.Value.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.Value.GetInt32(),
        "uniqueItems" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Select(i => i.GetRawText()).Distinct().Count() == value.GetArrayLength(),
        "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(i => Accepts(rule.Value, i)),
        "required" => value.ValueKind != JsonValueKind.Object || rule.Value.EnumerateArray().All(r => value.TryGetProperty(r.GetString()!, out _)),
        "properties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().All(p => !rule.Value.TryGetProperty(p.Name, out var s) || Accepts(s, p.Value)),
        "additionalProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject()
            .Where(p => !(schema.TryGetProperty("properties", out var known) && known.TryGetProperty(p.Name, out _)))
            .All(p => rule.Value.ValueKind != JsonValueKind.False && Accepts(rule.Value, p.Value)),
        "unevaluatedProperties" => value.ValueKind != JsonValueKind.Object || rule.Value.ValueKind != JsonValueKind.False ||
            value.EnumerateObject().All(p => Evaluated(schema, value).Contains(p.Name)),
        _ => throw new NotSupportedException($"The schema uses \"{rule.Name}\", which this test cannot check."),
    };

    /// <summary>Names that the schema, or one that it builds on, speaks about.</summary>
    private HashSet<string> Evaluated(JsonElement schema, JsonElement value)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (schema.TryGetProperty("properties", out var own))
        {
            names.UnionWith(own.EnumerateObject().Select(p => p.Name));
        }

        if (schema.TryGetProperty("$ref", out var target))
        {
            names.UnionWith(Evaluated(Target(target), value));
        }

        foreach (var part in schema.TryGetProperty("allOf", out var all) ? all.EnumerateArray().ToArray() : [])
        {
            names.UnionWith(Evaluated(part, value));
        }

        if (schema.TryGetProperty("if", out var condition) && schema.TryGetProperty(Accepts(condition, value) ? "then" : "else", out var branch))
        {
            names.UnionWith(Evaluated(branch, value));
        }

        return names;
    }

    private JsonElement Target(JsonElement reference) =>
        reference.GetString()!["#/".Length..].Split('/').Aggregate(root, (at, step) => at.GetProperty(step));

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
