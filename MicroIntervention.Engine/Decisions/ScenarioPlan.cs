using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Prediction;

namespace MicroIntervention.Engine.Decisions;

/// <summary>One scenario compiled into a plan.</summary>
/// <param name="Policy">When it may speak.</param>
/// <param name="Model">What it scores with; its row map fits the plan's features.</param>
/// <param name="Name">64 bits of the keyed hash of its key: stays the same when the plan's order changes.</param>
/// <param name="FirstTimer">Index of its first timer among all timers of the plan.</param>
public sealed record ScenarioPlan(ScenarioPolicy Policy, AdditiveModel Model, ulong Name, int FirstTimer)
{
    /// <summary>Matchers of the signals that it looks at: those of its model's features, and its trigger.</summary>
    internal ulong Looks { get; private init; }

    /// <summary>Some feature of its model is new at every signal: one of all signals, or a time (since a signal, between two, the session's age).</summary>
    internal bool LooksAtAll { get; private init; }

    /// <summary>Matchers of every signal that its score, its trigger or its timers stand on, whatever kind of feature reads them.</summary>
    internal ulong Reads { get; private init; }

    /// <summary>One of those signals is silent or invalid: the scenario abstains. Set by <see cref="Plan.WithSignal"/>.</summary>
    public bool IsStale { get; internal init; }

    /// <summary>True when a signal says something about this scenario. Any other may end an episode or change its verdict, and begins none.</summary>
    internal bool IsAbout(ulong matches) => LooksAtAll || (matches & Looks) != 0;

    /// <summary>This scenario, knowing what its model looks at.</summary>
    internal ScenarioPlan Among(FeaturePlan features)
    {
        var looks = Policy.TriggerMatches;
        var reads = Policy.Timers.Aggregate(Policy.TriggerMatches, (bits, timer) => bits | timer.StartMatches | timer.CancelMatches);
        var all = false;
        foreach (var row in Model.Rows)
        {
            var feature = features.Features[row];
            reads |= feature.Matcher == FeatureDefinition.EverySignal ? 0 : 1UL << feature.Matcher;
            if (feature.Matcher == FeatureDefinition.EverySignal || feature.Kind is FeatureKind.TimeSince or FeatureKind.Gap or FeatureKind.Age)
            {
                all = true;
            }
            else
            {
                looks |= 1UL << feature.Matcher;
            }
        }

        return this with { Looks = looks, LooksAtAll = all, Reads = reads };
    }
}
