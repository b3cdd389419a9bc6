using System.Collections.Concurrent;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>Batches that are used again and again, with their buffers.</summary>
/// <remarks>
/// Thread-safe. Bounded: what comes back to a full pool is left to the collector. Batches of many events have their own, smaller pool, and so
/// have large buffers: how large a body becomes is known only when it has arrived or was decompressed, and a fresh array of that size for
/// each one is garbage that is collected last of all.
/// </remarks>
internal sealed class BatchPool
{
    private const int FirstBufferBytes = 4 * 1024;
    private const int LargeBufferBytes = 64 * 1024;

    // One byte past the limit shows that a body is over it; so no body needs more, and all large buffers fit all.
    private const int LargestBufferBytes = SignalParser.MaxBodyBytes + 1;

    // A request this long may hold more events than a small batch should keep room for.
    private const int ManyEventsBytes = 16 * 1024;
    private const int LargeCount = 256;
    private const int MaxSmall = 1_024;
    private const int MaxLarge = 32;

    private readonly ConcurrentQueue<SignalBatch> _small = new();
    private readonly ConcurrentQueue<SignalBatch> _large = new();
    private readonly ConcurrentQueue<byte[]> _buffers = new();
    private int _smallCount;
    private int _largeCount;
    private int _bufferCount;

    /// <summary>A batch, empty, with some buffer. A long request takes one that has room for many events already.</summary>
    public SignalBatch Rent(long? contentLength)
    {
        if (contentLength > ManyEventsBytes && _large.TryDequeue(out var batch))
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

        // Its room, not its count: a refused body's signals are forgotten, but not the room they took, and all small batches would gain it in turn.
        var large = batch.Capacity > LargeCount;
        batch.Reset();
        if (batch.Buffer.Length > LargeBufferBytes)
        {
            Keep(_buffers, ref _bufferCount, MaxLarge, batch.Buffer);
            batch.Buffer = new byte[FirstBufferBytes];
        }

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
    /// <param name="needed">At most one more than a body may have.</param>
    public void Grow(SignalBatch batch, int used, int needed)
    {
        var larger = Math.Max(batch.Buffer.Length * 2, needed) is var size && size <= LargeBufferBytes
            ? GC.AllocateUninitializedArray<byte>(size)
            : TakeLargeBuffer();
        batch.Buffer.AsSpan(0, used).CopyTo(larger);
        batch.Buffer = larger;
    }

    private byte[] TakeLargeBuffer()
    {
        if (_buffers.TryDequeue(out var buffer))
        {
            Interlocked.Decrement(ref _bufferCount);
            return buffer;
        }

        return GC.AllocateUninitializedArray<byte>(LargestBufferBytes);
    }

    private static void Keep<T>(ConcurrentQueue<T> pool, ref int count, int most, T item)
    {
        if (Interlocked.Increment(ref count) <= most)
        {
            pool.Enqueue(item);
        }
        else
        {
            Interlocked.Decrement(ref count);
        }
    }
}
