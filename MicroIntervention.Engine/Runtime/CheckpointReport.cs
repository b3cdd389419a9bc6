using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>How the latest checkpoint went.</summary>
/// <param name="At">When it was begun.</param>
/// <param name="Bytes">Size of its file, without full key tables.</param>
/// <param name="Took">From beginning to being durable, waiting for the log included.</param>
/// <param name="CopyMedian">How long a shard was held up to copy one partition: the median.</param>
/// <param name="CopyWorst">The same: the longest.</param>
/// <param name="Fault">Why there is none; null when there is.</param>
public sealed record CheckpointReport(Moment At, long Bytes, TimeSpan Took, TimeSpan CopyMedian, TimeSpan CopyWorst, string? Fault);
