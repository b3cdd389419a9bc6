using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>What is known of a scenario when somebody thinks about its next stage. Null: nothing records it, and so it is not assessed, never passed.</summary>
/// <param name="Moments">Decisions of the last 30 days, prompts and suppressed ones, without likely bots.</param>
/// <param name="Prompts">Those of them that were prompts.</param>
/// <param name="RefusedShare">Of the prompts that people saw lately, the share they refused, 0 to 1.</param>
/// <param name="ScriptReviewed">A second person has read the script.</param>
/// <param name="ContractsAgreed">Supplier and validator agreed on every signal it needs.</param>
/// <param name="Labels">Sessions with a known outcome.</param>
public sealed record StageFacts(long? Moments, long? Prompts, double? RefusedShare, bool? ScriptReviewed, bool? ContractsAgreed, long? Labels);

/// <summary>One thing that a scenario should have before its next stage.</summary>
/// <param name="Kind">What.</param>
/// <param name="State">Whether it has it.</param>
/// <param name="Have">The figure (1 for yes, 0 for no); null when not assessed.</param>
/// <param name="Wanted">The figure it should reach (for refusals: not pass).</param>
public sealed record StageNeed(StageNeedKind Kind, StageNeedState State, double? Have, double Wanted)
{
    /// <summary>Moments in which it would have spoken: enough to look through, and to see the hours and pages they come from.</summary>
    public const int Moments = 100;

    /// <summary>Prompts of a pilot: a refusal share of a quarter is known to 6 points then (95 %).</summary>
    public const int PilotPrompts = 200;

    /// <summary>Prompts of a ramp: the same share to 3 points.</summary>
    public const int RampPrompts = 1000;

    /// <summary>More than one "no" in four prompts seen is more than help.</summary>
    public const double RefusedShare = 0.25;

    /// <summary>From so many on a model can be fitted in place of the starter rule.</summary>
    public const int Labels = 500;

    /// <summary>The stage after one; the last is its own.</summary>
    public static Stage After(Stage stage) => stage switch
    {
        Stage.Observe => Stage.Pilot,
        Stage.Pilot => Stage.Ramp,
        Stage.Ramp or Stage.On => Stage.On,
        _ => throw new InvalidOperationException($"No stage follows {stage}."),
    };

    /// <summary>What a scenario at this stage should have before it goes on; at the last, what it should keep.</summary>
    public static ImmutableArray<StageNeed> Of(Stage stage, StageFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var script = Yes(StageNeedKind.Script, facts.ScriptReviewed);
        var contracts = Yes(StageNeedKind.Contracts, facts.ContractsAgreed);
        var refusals = new StageNeed(StageNeedKind.Refusals, StateOf(facts.RefusedShare is { } share ? share <= RefusedShare : null), facts.RefusedShare, RefusedShare);
        return stage switch
        {
            Stage.Observe => [AtLeast(StageNeedKind.Moments, facts.Moments, Moments), script, contracts],
            Stage.Pilot => [AtLeast(StageNeedKind.Prompts, facts.Prompts, PilotPrompts), refusals, script, contracts],
            Stage.Ramp => [AtLeast(StageNeedKind.Prompts, facts.Prompts, RampPrompts), refusals, AtLeast(StageNeedKind.Labels, facts.Labels, Labels), script, contracts],
            Stage.On => [refusals, AtLeast(StageNeedKind.Labels, facts.Labels, Labels), script, contracts],
            _ => throw new InvalidOperationException($"Nobody said what stage {stage} needs."),
        };
    }

    private static StageNeed AtLeast(StageNeedKind kind, long? have, int wanted) => new(kind, StateOf(have is { } known ? known >= wanted : null), have, wanted);

    private static StageNeed Yes(StageNeedKind kind, bool? have) => new(kind, StateOf(have), have is { } known ? known ? 1 : 0 : null, 1);

    private static StageNeedState StateOf(bool? met) => met switch
    {
        true => StageNeedState.Met,
        false => StageNeedState.Open,
        null => StageNeedState.NotAssessed,
    };
}

/// <summary>What a stage may need.</summary>
public enum StageNeedKind
{
    Moments,
    Prompts,
    Refusals,
    Script,
    Contracts,
    Labels,
}

/// <summary>Whether a need is met.</summary>
public enum StageNeedState
{
    Met,
    Open,

    /// <summary>Nothing records it.</summary>
    NotAssessed,
}
