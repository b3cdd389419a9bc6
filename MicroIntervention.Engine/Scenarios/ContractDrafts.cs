using System.Collections.Immutable;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>Contracts that the packs' needs lead to: one for each event they name, with the fields that their conditions and features read. Nobody is named in them yet.</summary>
public static class ContractDrafts
{
    // Guesses for the supplier to correct; only what two people agreed on is enforced.
    private const int CompanyToWaitFor = 200;
    private static readonly TimeSpan Clicks = TimeSpan.FromHours(1);
    private static readonly TimeSpan Rare = TimeSpan.FromHours(24);

    /// <summary>Drafts in the order of their names.</summary>
    public static ImmutableArray<SignalContract> Of(IEnumerable<ScenarioPack> packs) =>
    [
        .. packs
            .SelectMany(pack => pack.Signals.SelectMany(signal => signal.Matcher.Events.Select(name => (Name: name, Pack: pack, Signal: signal))))
            .GroupBy(need => need.Name, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new SignalContract
            {
                Subject = ContractSubject.Signal,
                Name = group.Key,
                Description = "Read by " + string.Join(", ", group.Select(need => need.Pack.Title).Distinct().Order(StringComparer.Ordinal)) + ".",
                Fields = FieldsOf([.. group.Select(need => (need.Pack, need.Signal))]),
                Freshness = new FreshnessPromise(group.Any(need => need.Signal.Family == SignalFamily.Behavioral) ? Clicks : Rare, [], CompanyToWaitFor),
                PersonalData = group.Any(need => need.Signal.Family == SignalFamily.Sentiment) ? PersonalData.Personal : PersonalData.Pseudonymous,
            }),
    ];

    private static ImmutableArray<ContractField> FieldsOf(ImmutableArray<(ScenarioPack Pack, PackSignal Signal)> needs)
    {
        // A condition picks some of the events: the others may do without the field. That it merely exists says nothing about its type.
        var conditions = needs.SelectMany(need => need.Signal.Matcher.Conditions)
            .Where(condition => condition.Operator != ConditionOperator.Exists)
            .Select(condition => new ContractField(condition.Property, TypeOf(condition), IsRequired: false));
        var numbers = needs.SelectMany(need => need.Pack.Features
            .Where(feature => feature.Signal == need.Signal.Name && feature.Property is not null && feature.Kind != Features.FeatureKind.Distinct)
            .Select(feature => new ContractField(feature.Property!, FieldType.Number, IsRequired: true)));

        // A number that a feature adds up is a number, whatever a condition compares it with.
        return [.. numbers.Concat(conditions).DistinctBy(field => field.Path, StringComparer.Ordinal).OrderBy(field => field.Path, StringComparer.Ordinal).Take(SignalContract.MostFields)];
    }

    private static FieldType TypeOf(SignalCondition condition) => condition switch
    {
        { Operator: ConditionOperator.AtLeast or ConditionOperator.AtMost } or { Text: null } => FieldType.Number,
        { Text: "true" or "false" } => FieldType.Flag,
        _ => FieldType.Text,
    };
}
