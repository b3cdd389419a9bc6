using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Web.Live;

/// <summary>The health strip's figures at one moment.</summary>
/// <param name="Engine">Null while the engine does not run.</param>
/// <param name="SignalsPerSecond">Mean of the last 10 seconds.</param>
/// <param name="AtRiskSessions">Sessions in the feed with a decision in the last 30 minutes.</param>
/// <param name="PromptsToday">Decisions to intervene in the feed since midnight UTC.</param>
/// <param name="IsPartial">The feed is full, so both counts are at least that.</param>
/// <param name="WithheldLate">Prompts withheld because they were late, at the server or in the browser.</param>
/// <param name="Funnel">How far the feed's decisions came.</param>
public sealed record Pulse(
    EngineSnapshot? Engine,
    double SignalsPerSecond,
    int AtRiskSessions,
    int PromptsToday,
    bool IsPartial,
    long WithheldLate,
    Funnel Funnel)
{
    public static Pulse None { get; } = new(null, 0, 0, 0, false, 0, default);
}
