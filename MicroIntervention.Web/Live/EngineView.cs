using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Web.Live;

/// <summary>What pages may read of the engine; null while it does not run.</summary>
/// <param name="Plan">The plan in force.</param>
/// <param name="Snapshot">The engine's figures now.</param>
public sealed record EngineView(Func<Plan?> Plan, Func<EngineSnapshot?> Snapshot);
