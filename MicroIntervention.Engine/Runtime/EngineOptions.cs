using System.ComponentModel.DataAnnotations;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Size and pace of one engine.</summary>
public sealed class EngineOptions
{
    /// <summary>Partitions; fixed when the data folder is made. Default 64; 1 to 4,096.</summary>
    [Range(1, 4096)]
    public int Partitions { get; init; } = 64;

    /// <summary>Shard threads. Default: one less than the processors, at least 1; 1 to 64.</summary>
    [Range(1, 64)]
    public int Shards { get; init; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>Signals that may wait for one shard; beyond it the doors answer 429. Default 50,000; 100 to 10,000,000.</summary>
    [Range(100, 10_000_000)]
    public int QueueLimit { get; init; } = 50_000;

    /// <summary>Notes of what became of prompts that may wait for one shard, which they do while the log cannot be written; beyond it they are not kept, and counted. Default 50,000; 100 to 10,000,000.</summary>
    [Range(100, 10_000_000)]
    public int NoteLimit { get; init; } = 50_000;

    /// <summary>Whose time the engine runs on. Default wall.</summary>
    public EngineClock Clock { get; init; }

    /// <summary>Message keys remembered per hour table. Default 1,048,576 (16 MB); rounded up to a power of two. 1,024 to 67,108,864.</summary>
    [Range(1024, 67_108_864)]
    public int DedupeKeysPerTable { get; init; } = 1 << 20;

    /// <summary>Tables kept per shard; the oldest is forgotten first, never within its hour unless the load fills all. Default 24; 2 to 1,024.</summary>
    [Range(2, 1024)]
    public int DedupeTables { get; init; } = 24;

    /// <summary>Of the budget of 300 ms from receipt to sending. A later prompt is withheld. Default 300 ms; 1 ms to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan PromptBudget { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>A checkpoint is written this often, when records came meanwhile. Default 60 s; 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>And whenever so many records came since the last one: what a start has to read again. Default 250,000; 1,000 to 1,000,000,000.</summary>
    [Range(1_000, 1_000_000_000)]
    public long CheckpointRecords { get; init; } = 250_000;

    /// <summary>How long a stop waits for a log that cannot be written. What is not durable by then was never acknowledged. Default 5 s; 0 to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(5);
}
