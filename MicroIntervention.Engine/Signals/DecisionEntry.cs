using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>A decision as the log sees it: what it can be found by, and its encoded body. Committed with the signal that caused it.</summary>
public readonly record struct DecisionEntry(
    DecisionId Id,
    LogPosition Position,
    Moment At,
    VisitorId Visitor,
    SessionId Session,
    string Scenario,
    byte Verdict,
    byte Reason,
    double Score,
    byte[] Body)
{
    /// <summary><see cref="Verdict"/> of a decision to intervene; the other is 0.</summary>
    public const byte Intervened = 1;
}
