using System.Globalization;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ownership.Odcs;

/// <summary>A contract as a document of the Open Data Contract Standard 3.1.</summary>
/// <remarks>
/// Signal or outcome = the one schema object; the promised freshness = the service level <c>frequency</c> in seconds; supplier and validator = members of
/// the team. What the standard has no word for stands in <c>customProperties</c>; the names are those of <see cref="OdcsNames"/>.
/// </remarks>
internal static class OdcsWriter
{
    public static JsonObject Write(ContractVersion version)
    {
        var terms = version.Terms;
        var document = new JsonObject
        {
            ["apiVersion"] = OdcsNames.ApiVersion,
            ["kind"] = OdcsNames.Kind,
            ["id"] = $"{OdcsNames.Of(terms.Subject)}:{terms.Name}",
            ["name"] = terms.Name,
            ["version"] = string.Create(CultureInfo.InvariantCulture, $"{version.Version}.0.0"),
            ["status"] = version.State switch
            {
                ContractState.Proposed => "proposed",
                ContractState.Agreed => "active",
                ContractState.Superseded => "retired",
                _ => throw new InvalidOperationException($"No such state: {version.State}."),
            },
            ["contractCreatedTs"] = Time(version.ProposedAt),
        };
        if (terms.Description.Length > 0)
        {
            document["description"] = new JsonObject { ["purpose"] = terms.Description };
        }

        document["schema"] = new JsonArray(SchemaOf(terms));
        if (TeamOf(terms) is { Count: > 0 } team)
        {
            document["team"] = team;
        }

        if (terms.Freshness is { } promise)
        {
            document["slaProperties"] = new JsonArray(new JsonObject
            {
                ["property"] = OdcsNames.Frequency,
                ["value"] = promise.Within.TotalSeconds,
                ["unit"] = "s",
                ["element"] = terms.Name,
                ["driver"] = "operational",
                ["description"] = "Longest absence while its company comes.",
            });
        }

        document["customProperties"] = CustomOf(version);
        return document;
    }

    private static JsonObject SchemaOf(SignalContract terms)
    {
        var schema = new JsonObject
        {
            ["name"] = terms.Name,
            ["physicalName"] = terms.Name,
            ["physicalType"] = terms.Subject == ContractSubject.Signal ? "event" : "outcome",
            ["logicalType"] = "object",
        };
        if (!terms.Fields.IsEmpty)
        {
            schema["properties"] = new JsonArray([.. terms.Fields.Select(field => new JsonObject
            {
                ["name"] = field.Path,
                ["logicalType"] = OdcsNames.Of(field.Type),
                ["required"] = field.IsRequired,
                ["classification"] = OdcsNames.Of(field.PersonalData),
            })]);
        }

        return schema;
    }

    private static JsonObject TeamOf(SignalContract terms)
    {
        var team = new JsonObject();
        if (terms.Team.Length > 0)
        {
            team["name"] = terms.Team;
        }

        var members = new JsonArray();
        foreach (var (who, role) in new[] { (terms.Supplier, OdcsNames.Supplier), (terms.Validator, OdcsNames.Validator) })
        {
            if (who.Length > 0)
            {
                members.Add(new JsonObject { ["username"] = who, ["role"] = role });
            }
        }

        if (members.Count > 0)
        {
            team["members"] = members;
        }

        return team;
    }

    private static JsonArray CustomOf(ContractVersion version)
    {
        var terms = version.Terms;
        var custom = new JsonArray();
        Add(OdcsNames.KnownWhen, OdcsNames.Of(terms.Known));
        Add(OdcsNames.PersonalData, OdcsNames.Of(terms.PersonalData));
        Add(OdcsNames.InvalidShare, terms.InvalidShare);
        if (terms.Freshness is { } promise)
        {
            Add(OdcsNames.Company, new JsonArray([.. promise.Company.Select(name => JsonValue.Create(name))]));
            Add(OdcsNames.AtLeast, promise.AtLeast);
        }

        // For the reader's information: an import asks the people again.
        if (version.Supplied is { } supplied)
        {
            Add("supplierAgreed", $"{supplied.Who}, {Time(supplied.At)}");
        }

        if (version.Validated is { } validated)
        {
            Add("validatorAgreed", $"{validated.Who}, {Time(validated.At)}");
        }

        return custom;

        void Add(string property, JsonNode? value) => custom.Add(new JsonObject { ["property"] = property, ["value"] = value });
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
