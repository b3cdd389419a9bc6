using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>The engine at one moment, for pages: immutable, cheap to make, at most a few times a second.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="LiveSessions">Sessions that hold windows.</param>
/// <param name="Visitors">Visitors in memory.</param>
/// <param name="Queued">Signals waiting for their shard.</param>
/// <param name="QueueLimit">Most that may wait, all shards together.</param>
/// <param name="Killed">The kill switch is on.</param>
/// <param name="Stalled">Why the log cannot be written; null when it can.</param>
/// <param name="SignalToSent">From receipt to sent, prompts only.</param>
/// <param name="Counters">Totals since the start.</param>
/// <param name="Plan">Fingerprint of the plan that new requests are read under.</param>
/// <param name="Positions">Next offset of each partition.</param>
public sealed record EngineSnapshot(
    Moment At,
    int LiveSessions,
    int Visitors,
    int Queued,
    int QueueLimit,
    bool Killed,
    string? Stalled,
    LatencySummary SignalToSent,
    EngineCounters Counters,
    Hash128 Plan,
    ImmutableArray<long> Positions);
