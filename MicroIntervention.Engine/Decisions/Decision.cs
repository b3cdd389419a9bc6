using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>What policy made of a forecast, always with a reason.</summary>
public abstract record Decision(DecisionFacts Facts, DecisionReason Reason)
{
    public DecisionId Id => Facts.Id;

    /// <summary>Speak.</summary>
    /// <param name="Facts">What it was made from.</param>
    /// <param name="Arm">Arm of the experiment.</param>
    /// <param name="Propensity">Chance that this unit had of being in that arm, above 0 to 1.</param>
    public sealed record Intervene(DecisionFacts Facts, ArmKey Arm, double Propensity) : Decision(Facts, DecisionReason.Chosen);

    /// <summary>Stay silent, and say which rule said so.</summary>
    public sealed record Suppress(DecisionFacts Facts, DecisionReason Reason) : Decision(Facts, Reason);
}
