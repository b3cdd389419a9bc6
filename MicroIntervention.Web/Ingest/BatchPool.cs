using System.Collections.Concurrent;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>Batches that are used again and again, with their buffers.</summary>
/// <remarks>Thread-safe. Bounded: what comes back to a full pool is left to the collector. Large batches have their own, smaller pool.</remarks>
internal sealed class BatchPool
{
    private const int FirstBufferBytes = 4 * 1024;
    private const int LargeBufferBytes = 64 * 1024;
    private const int LargeCount = 256;
    private const int MaxSmall = 1_024;
    private const int MaxLarge = 32;

    private readonly ConcurrentQueue<SignalBatch> _small = new();
    private readonly ConcurrentQueue<SignalBatch> _large = new();
    private int _smallCount;
    private int _largeCount;

    /// <summary>A batch, empty, with some buffer. A large request takes one that is large already.</summary>
    public SignalBatch Rent(long? contentLength)
    {
        if (contentLength > LargeBufferBytes && _large.TryDequeue(out var batch))
        {
            Interlocked.Decrement(ref _largeCount);
            return batch;
        }

        if (_small.TryDequeue(out batch))
        {
            Interlocked.Decrement(ref _smallCount);
            return batch;
        }

        return new SignalBatch { Buffer = new byte[FirstBufferBytes] };
    }

    /// <summary>Gives a batch back. One that a shard still reads (its log stalled) is forgotten instead.</summary>
    public void Return(SignalBatch batch)
    {
        if (!batch.IsReleased)
        {
            return;
        }

        var large = batch.Buffer.Length > LargeBufferBytes || batch.Count > LargeCount;
        batch.Reset();
        if (large)
        {
            Keep(_large, ref _largeCount, MaxLarge, batch);
        }
        else
        {
            Keep(_small, ref _smallCount, MaxSmall, batch);
        }
    }

    /// <summary>Makes the batch's buffer larger, keeping the first bytes.</summary>
    public static void Grow(SignalBatch batch, int used, int needed)
    {
        var larger = GC.AllocateUninitializedArray<byte>(Math.Max(batch.Buffer.Length * 2, needed));
        batch.Buffer.AsSpan(0, used).CopyTo(larger);
        batch.Buffer = larger;
    }

    private static void Keep(ConcurrentQueue<SignalBatch> pool, ref int count, int most, SignalBatch batch)
    {
        if (Interlocked.Increment(ref count) <= most)
        {
            pool.Enqueue(batch);
        }
        else
        {
            Interlocked.Decrement(ref count);
        }
    }
}
