using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>A decision as it was recorded, and the place from which a list goes on.</summary>
public sealed record StoredDecision(DecisionCursor Cursor, DecisionEntry Entry);
