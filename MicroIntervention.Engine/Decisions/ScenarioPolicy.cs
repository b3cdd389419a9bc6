using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>When and how often one scenario may speak. Immutable; a change is a new version.</summary>
public sealed record ScenarioPolicy
{
    /// <summary>Half: with as many visitors without prompts as with, a difference shows soonest.</summary>
    public const double PilotShare = 0.5;

    /// <summary>Where nobody says another: more than the pilot, and one in five still without, to compare with.</summary>
    public const double DefaultRampShare = 0.8;

    public required ScenarioKey Key { get; init; }

    /// <summary>The scenario's switch.</summary>
    public bool Enabled { get; init; } = true;

    public Stage Stage { get; init; }

    /// <summary>Share of the visitors that stage ramp speaks to, above 0 and below 1.</summary>
    public double RampShare { get; init; } = DefaultRampShare;

    /// <summary>Share of the visitors that it speaks to at its stage, 0 to 1.</summary>
    public double Reach => Stage switch
    {
        Stage.Observe => 0,
        Stage.Pilot => PilotShare,
        Stage.Ramp => RampShare,
        Stage.On => 1,
        _ => throw new InvalidOperationException($"No share for stage {Stage}."),
    };

    /// <summary>Marked as a service to the customer: allowed under Global Privacy Control.</summary>
    public bool Service { get; init; }

    /// <summary>Points (0 to 100) or calibrated probability (0 to 1), on the model's scale.</summary>
    public required double Threshold { get; init; }

    /// <summary>An episode closes when the value has fallen this far under the threshold. 5 points or 0.05.</summary>
    public required double ClosingDrop { get; init; }

    /// <summary>Bits of matchers that trigger without a threshold; 0 when the score decides.</summary>
    public ulong TriggerMatches { get; init; }

    /// <summary>A decision for each triggering signal: no episode, no cool-down.</summary>
    public bool RepeatsPerSignal { get; init; }

    public ImmutableArray<TimerTrigger> Timers { get; init; } = [];

    /// <summary>The pack's bot rules are in force. They mark sessions for every scenario of the plan.</summary>
    public bool MarksBots { get; init; } = true;

    /// <summary>Most prompts in one session; null for no cap. At most <see cref="PromptLedger.Capacity"/>.</summary>
    public int? MaxPerSession { get; init; }

    /// <summary>Most prompts to one visitor within <see cref="VisitorCapWindow"/>, whatever the scenario or channel; null for no cap.</summary>
    public int? MaxPerVisitor { get; init; }

    public TimeSpan VisitorCapWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Most prompts to one visitor within seven days, whatever the scenario or channel; null for no such cap.</summary>
    public int? MaxPerWeek { get; init; }

    public AttentionPrices Attention { get; init; } = AttentionPrices.Default;

    /// <summary>Least time between two prompts to one visitor, whatever their scenario.</summary>
    public TimeSpan CoolDown { get; init; }

    public QuietHours? QuietHours { get; init; }

    /// <summary>A customer who is writing or speaking now is answered in quiet hours too: at a signal of an explicit session.</summary>
    public bool AnswersInQuietHours { get; init; }

    /// <summary>How long a "no" is respected outside of the session it was said in; in that session always.</summary>
    public TimeSpan DeclinedFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Each further "no" in a row doubles <see cref="DeclinedFor"/>, up to this. Equal to it: no doubling.</summary>
    public TimeSpan DeclinedForAtMost { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What a rescued session is worth, in <see cref="Currency"/>.</summary>
    public double ValueOfRescue { get; init; }

    /// <summary>Assumed share of prompts that rescue, 0 to 1.</summary>
    public double AssumedSuccess { get; init; }

    /// <summary>What a prompt costs in attention and money, in <see cref="Currency"/>.</summary>
    public double PromptCost { get; init; }

    /// <summary>Below this expected benefit even a sure forecast is suppressed, in <see cref="Currency"/>.</summary>
    public double MinimumBenefit { get; init; } = double.MinValue;

    public string Currency { get; init; } = "EUR";

    /// <summary>Risk × value of a rescue × assumed success − cost of the prompt.</summary>
    /// <param name="risk">0 to 1.</param>
    public double ExpectedBenefit(double risk) => (risk * ValueOfRescue * AssumedSuccess) - PromptCost;
}
