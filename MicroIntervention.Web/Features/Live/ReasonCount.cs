using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Web.Features.Live;

/// <summary>How often a reason came up among the feed's decisions.</summary>
/// <param name="Decisions">Decisions with it.</param>
/// <param name="Sessions">Different sessions among them.</param>
public sealed record ReasonCount(DecisionReason Reason, int Decisions, int Sessions);
