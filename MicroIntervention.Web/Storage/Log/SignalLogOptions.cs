using System.ComponentModel.DataAnnotations;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Settings of the signal log.</summary>
public sealed class SignalLogOptions
{
    /// <summary>What an acknowledgement survives. Default <see cref="LogDurability.Full"/>.</summary>
    public LogDurability Durability { get; init; } = LogDurability.Full;

    /// <summary>A segment larger than this is closed and the next begun. Default 1 GiB; 1 MiB to 64 GiB.</summary>
    [Range(1L << 20, 1L << 36)]
    public long SegmentBytes { get; init; } = 1L << 30;

    /// <summary>Batches that may wait or be under way; <c>Append</c> blocks above it. Default 256; 1 to 65,536.</summary>
    [Range(1, 65_536)]
    public int QueueCapacity { get; init; } = 256;

    /// <summary>Visitors whose keys the writer keeps at hand, about 150 bytes each; a visitor that dropped out gets a further key. Default 131,072; 4,096 to 16,777,216.</summary>
    [Range(4096, 1 << 24)]
    public int CachedKeys { get; init; } = 131_072;

    /// <summary>Written bytes after which the write-ahead log is copied into its segment. Default 32 MiB; 1 MiB to 1 GiB.</summary>
    [Range(1L << 20, 1L << 30)]
    public long CheckpointBytes { get; init; } = 32L << 20;
}
