using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>What a decision was made from.</summary>
/// <param name="Id">Keyed hash of (scenario, session, cause).</param>
/// <param name="Episode">Id of the first decision of its episode.</param>
/// <param name="Scenario">Which scenario.</param>
/// <param name="Visitor">Whose session.</param>
/// <param name="Session">Which session.</param>
/// <param name="At">When, on the partition's clock. For a timer: when it was due.</param>
/// <param name="Position">The record that caused it (for a timer: the record before which it fired).</param>
/// <param name="Cause">Key of the causing signal; for a timer, of the signal that started it.</param>
/// <param name="Timer">Name of the timer; empty when a signal caused it.</param>
/// <param name="Forecast">Score, contributions, features.</param>
/// <param name="Threshold">In force at that moment, on the forecast's scale.</param>
/// <param name="ExpectedBenefit">In the scenario's currency.</param>
/// <param name="Plan">Fingerprint of the plan in force.</param>
/// <param name="RepeatsBefore">How often the episode's former verdict was reached again before this one.</param>
/// <param name="IsTest">A test visitor: out of every figure.</param>
public sealed record DecisionFacts(
    DecisionId Id,
    DecisionId Episode,
    ScenarioKey Scenario,
    VisitorId Visitor,
    SessionId Session,
    Moment At,
    LogPosition Position,
    MessageKey Cause,
    string Timer,
    Forecast Forecast,
    double Threshold,
    Money ExpectedBenefit,
    Hash128 Plan,
    int RepeatsBefore,
    bool IsTest);
