using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Live;

/// <summary>What one feature adds to a score.</summary>
/// <param name="Title">What people read, for example "payments declined in 10 minutes".</param>
/// <param name="Amount">Points, or log-odds.</param>
/// <param name="Value">The feature's value then; null for a pair of features or where it is missing.</param>
public sealed record Contribution(string Title, double Amount, double? Value)
{
    /// <summary>How it is computed; null for a pair of features and where the plan no longer has it.</summary>
    public FeatureDefinition? Feature { get; init; }

    /// <summary>All contributions of a forecast in the model's order; empty when the plan no longer has that model's shape.</summary>
    public static IReadOnlyList<Contribution> AllOf(ScenarioKey scenario, double[] contributions, double[] row, Plan? plan)
    {
        ArgumentNullException.ThrowIfNull(contributions);
        ArgumentNullException.ThrowIfNull(row);
        var artifact = plan?.Scenarios.FirstOrDefault(s => s.Policy.Key == scenario)?.Model.Artifact;
        if (plan is null || artifact is null || artifact.Terms.Length + artifact.Pairs.Length != contributions.Length || row.Length != plan.Features.Width)
        {
            return [];
        }

        var features = plan.Features.Features;
        var all = new List<Contribution>(contributions.Length);
        for (var t = 0; t < artifact.Terms.Length; t++)
        {
            var at = IndexOf(features, artifact.Terms[t].Feature);
            double? value = at >= 0 && double.IsFinite(row[at]) && row[at] > double.MinValue ? row[at] : null;
            all.Add(new Contribution(at >= 0 ? features[at].Title : artifact.Terms[t].Feature, contributions[t], value) { Feature = at >= 0 ? features[at] : null });
        }

        for (var p = 0; p < artifact.Pairs.Length; p++)
        {
            var pair = artifact.Pairs[p];
            all.Add(new Contribution($"{all[pair.First].Title} × {all[pair.Second].Title}", contributions[artifact.Terms.Length + p], null));
        }

        return all;
    }

    /// <summary>The largest positive ones, largest first.</summary>
    public static IReadOnlyList<Contribution> TopOf(ScenarioKey scenario, Forecast forecast, Plan? plan, int most)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        return [.. AllOf(scenario, forecast.Contributions, forecast.Features, plan)
            .Where(contribution => contribution.Amount > 0)
            .OrderByDescending(contribution => contribution.Amount)
            .Take(most)];
    }

    private static int IndexOf(System.Collections.Immutable.ImmutableArray<FeatureDefinition> features, string name)
    {
        for (var i = 0; i < features.Length; i++)
        {
            if (features[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
