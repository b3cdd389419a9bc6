using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ownership.Odcs;

/// <summary>Reads contracts from documents of the Open Data Contract Standard, 3.0 and 3.1; every fault of a file at once.</summary>
/// <remarks>
/// Each schema object is one contract. What the standard has and we have no use for (servers, prices, quality rules) is passed over. Agreements are not
/// read: a file cannot agree for people.
/// </remarks>
internal sealed class OdcsReader
{
    private readonly ImmutableArray<string>.Builder _faults = ImmutableArray.CreateBuilder<string>();
    private readonly string _of;

    private OdcsReader(string of) => _of = of;

    /// <summary>Reads the documents of one file.</summary>
    public static OdcsResult Read(IReadOnlyList<JsonNode?> documents)
    {
        var contracts = ImmutableArray.CreateBuilder<SignalContract>();
        var faults = ImmutableArray.CreateBuilder<string>();
        for (var d = 0; d < documents.Count; d++)
        {
            var reader = new OdcsReader(documents.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"document {d + 1}: "));
            contracts.AddRange(reader.Document(documents[d]));
            faults.AddRange(reader._faults);
        }

        foreach (var twice in contracts.GroupBy(c => (c.Subject, c.Name)).Where(group => group.Count() > 1))
        {
            faults.Add($"{twice.Key.Name} is there twice; keep one.");
        }

        if (documents.Count == 0)
        {
            faults.Add("The file is empty.");
        }

        return faults.Count == 0 ? new OdcsResult(contracts.ToImmutable(), []) : new OdcsResult([], faults.ToImmutable());
    }

    private List<SignalContract> Document(JsonNode? node)
    {
        var contracts = new List<SignalContract>();
        if (node is not JsonObject document)
        {
            Fault("$", "is no object.");
            return contracts;
        }

        if (Text(document, "kind", "$", isRequired: true) is { } kind && kind != OdcsNames.Kind)
        {
            Fault("$.kind", $"is {kind}; only {OdcsNames.Kind} is read.");
        }

        if (Text(document, "apiVersion", "$", isRequired: true) is { } version && !version.StartsWith("v3.", StringComparison.Ordinal))
        {
            Fault("$.apiVersion", $"is {version}; versions 3.0 and 3.1 are read.");
        }

        foreach (var needed in (ReadOnlySpan<string>)["id", "version", "status"])
        {
            Text(document, needed, "$", isRequired: true);
        }

        var custom = Custom(document);
        var team = Team(document);
        var purpose = document["description"] is JsonObject description ? Text(description, "purpose", "$.description") : null;
        var objects = Items(document, "schema", "$");
        if (objects.Count == 0)
        {
            Fault("$.schema", "names no signal and no outcome; it needs at least one object.");
        }

        for (var s = 0; s < objects.Count; s++)
        {
            if (Contract(document, objects[s], string.Create(CultureInfo.InvariantCulture, $"$.schema[{s}]"), purpose, team, custom) is { } contract)
            {
                contracts.Add(contract);
            }
        }

        return contracts;
    }

    private SignalContract? Contract(
        JsonObject document, JsonNode? node, string path, string? purpose, (string Name, string Supplier, string Validator) team, Dictionary<string, JsonNode?> custom)
    {
        if (node is not JsonObject schema || Text(schema, "name", path, isRequired: true) is not { } title)
        {
            if (node is not JsonObject)
            {
                Fault(path, "is no object.");
            }

            return null;
        }

        var name = Text(schema, "physicalName", path) ?? title;
        var contract = new SignalContract
        {
            Subject = Text(schema, "physicalType", path) == "outcome" ? ContractSubject.Outcome : ContractSubject.Signal,
            Name = name,
            Description = purpose ?? Text(schema, "description", path) ?? "",
            Team = team.Name,
            Supplier = team.Supplier,
            Validator = team.Validator,
            Fields = [.. Fields(schema, path, "")],
            Freshness = Freshness(document, name, custom),
            InvalidShare = Number(custom, OdcsNames.InvalidShare) ?? 0.1,
            Known = Word(custom, OdcsNames.KnownWhen, OdcsNames.KnownOf) ?? KnownWhen.AsItHappens,
            PersonalData = Word(custom, OdcsNames.PersonalData, OdcsNames.PersonalOf) ?? PersonalData.Pseudonymous,
        };
        foreach (var fault in contract.Faults())
        {
            Fault(path, fault);
        }

        return contract;
    }

    private List<ContractField> Fields(JsonObject owner, string path, string prefix)
    {
        var fields = new List<ContractField>();
        var properties = Items(owner, "properties", path);
        for (var p = 0; p < properties.Count; p++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.properties[{p}]");
            if (properties[p] is not JsonObject property)
            {
                Fault(at, "is no object.");
                continue;
            }

            if (Text(property, "name", at, isRequired: true) is not { } name)
            {
                continue;
            }

            FieldType? type = FieldType.Text;
            if (Text(property, "logicalType", at) is { } word && (type = OdcsNames.TypeOf(word)) is null)
            {
                Fault(at + ".logicalType", $"\"{word}\" is no type of the standard.");
            }

            var personal = PersonalData.Pseudonymous;
            if (Text(property, "classification", at) is { } classified)
            {
                // Every house has words of its own for this; one we do not know is handled as personal.
                personal = OdcsNames.PersonalOf(classified) ?? PersonalData.Personal;
            }

            fields.Add(new ContractField(prefix + name, type ?? FieldType.Text, Flag(property, "required", at), personal));
            if (type == FieldType.Object)
            {
                fields.AddRange(Fields(property, at, prefix + name + "."));
            }
        }

        return fields;
    }

    private FreshnessPromise? Freshness(JsonObject document, string name, Dictionary<string, JsonNode?> custom)
    {
        var levels = Items(document, "slaProperties", "$");
        for (var l = 0; l < levels.Count; l++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"$.slaProperties[{l}]");
            if (levels[l] is not JsonObject level)
            {
                Fault(at, "is no object.");
                continue;
            }

            if (Text(level, "property", at, isRequired: true) is not (OdcsNames.Frequency or "latency" or "freshness") || (Text(level, "element", at) is { } element && element != name))
            {
                continue;
            }

            var amount = level["value"] is JsonValue value && value.TryGetValue<double>(out var number) ? number : double.NaN;
            var unit = Text(level, "unit", at) ?? "s";
            var seconds = OdcsNames.SecondsIn(unit);
            if (!double.IsFinite(amount) || amount <= 0)
            {
                Fault(at + ".value", "is no number above 0.");
            }

            if (seconds is null)
            {
                Fault(at + ".unit", $"\"{unit}\" is not known; use ms, s, m, h or d.");
            }

            // Cut to what can be a time span at all; the contract's own rule says what is too long.
            return double.IsFinite(amount) && amount > 0 && seconds is { } each
                ? new FreshnessPromise(TimeSpan.FromSeconds(Math.Min(amount * each, TimeSpan.FromDays(3_650).TotalSeconds)), Names(custom, OdcsNames.Company), (int)Math.Clamp(Number(custom, OdcsNames.AtLeast) ?? 1, 0, int.MaxValue))
                : null;
        }

        return null;
    }

    private (string Name, string Supplier, string Validator) Team(JsonObject document)
    {
        // Up to 3.0 the team was the list of its members.
        var members = document["team"] switch
        {
            null => [],
            JsonArray list => [.. list],
            JsonObject whole => Items(whole, "members", "$.team"),
            _ => Wrong("$.team", "is neither an object nor a list."),
        };
        var people = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var m = 0; m < members.Count; m++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"$.team.members[{m}]");
            if (members[m] is not JsonObject member)
            {
                Fault(at, "is no object.");
            }
            else if (Text(member, "username", at, isRequired: true) is { } who && Text(member, "role", at) is { } role && !people.TryAdd(role, who) &&
                     (role.Equals(OdcsNames.Supplier, StringComparison.OrdinalIgnoreCase) || role.Equals(OdcsNames.Validator, StringComparison.OrdinalIgnoreCase)))
            {
                Fault(at + ".role", $"there are two people with the role {role}; name one.");
            }
        }

        return ((document["team"] as JsonObject) is { } team ? Text(team, "name", "$.team") ?? "" : "", people.GetValueOrDefault(OdcsNames.Supplier, ""), people.GetValueOrDefault(OdcsNames.Validator, ""));
    }

    private Dictionary<string, JsonNode?> Custom(JsonObject document)
    {
        var custom = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        var items = Items(document, "customProperties", "$");
        for (var c = 0; c < items.Count; c++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"$.customProperties[{c}]");
            if (items[c] is not JsonObject item)
            {
                Fault(at, "is no object.");
            }
            else if (Text(item, "property", at, isRequired: true) is { } name)
            {
                custom[name] = item["value"];
            }
        }

        return custom;
    }

    private T? Word<T>(Dictionary<string, JsonNode?> custom, string name, Func<string, T?> read)
        where T : struct
    {
        if (!custom.TryGetValue(name, out var node))
        {
            return null;
        }

        var word = node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "null";
        var known = read(word);
        if (known is null)
        {
            Fault("$.customProperties", $"{name} is \"{word}\", which is no word for it.");
        }

        return known;
    }

    private double? Number(Dictionary<string, JsonNode?> custom, string name)
    {
        if (!custom.TryGetValue(name, out var node))
        {
            return null;
        }

        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number))
        {
            return number;
        }

        Fault("$.customProperties", $"{name} is no number.");
        return null;
    }

    private ImmutableArray<string> Names(Dictionary<string, JsonNode?> custom, string name)
    {
        if (!custom.TryGetValue(name, out var node))
        {
            return [];
        }

        if (node is JsonArray list && list.All(item => item?.GetValueKind() == JsonValueKind.String))
        {
            return [.. list.Select(item => item!.GetValue<string>())];
        }

        Fault("$.customProperties", $"{name} is no list of names.");
        return [];
    }

    private string? Text(JsonObject owner, string member, string path, bool isRequired = false)
    {
        switch (owner[member])
        {
            case null:
                if (isRequired)
                {
                    Fault($"{path}.{member}", "is missing.");
                }

                return null;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                if (isRequired && string.IsNullOrWhiteSpace(text))
                {
                    Fault($"{path}.{member}", "is empty.");
                }

                return text;
            default:
                Fault($"{path}.{member}", "is no text; put it in quotes.");
                return null;
        }
    }

    private bool Flag(JsonObject owner, string member, string path)
    {
        switch (owner[member]?.GetValueKind())
        {
            case null or JsonValueKind.False:
                return false;
            case JsonValueKind.True:
                return true;
            default:
                Fault($"{path}.{member}", "is neither true nor false.");
                return false;
        }
    }

    private List<JsonNode?> Items(JsonObject owner, string member, string path) => owner[member] switch
    {
        null => [],
        JsonArray list => [.. list],
        _ => Wrong($"{path}.{member}", "is no list."),
    };

    private List<JsonNode?> Wrong(string path, string sentence)
    {
        Fault(path, sentence);
        return [];
    }

    private void Fault(string path, string sentence) => _faults.Add($"{_of}{path} {sentence}");
}

/// <summary>What a file holds, or everything that is wrong with it.</summary>
internal sealed record OdcsResult(ImmutableArray<SignalContract> Contracts, ImmutableArray<string> Faults);
