using System.Threading.Tasks.Sources;

namespace MicroIntervention.Engine.Signals;

/// <summary>One request's signals on their way through the engine: the body, what was read from it, and the promise that it became durable.</summary>
/// <remarks>
/// Filled by one door, then shared read-only by the shards that own its visitors. Reusable after the result was awaited
/// (<see cref="Reset"/>); it does not pool itself.
/// </remarks>
public sealed class SignalBatch : IValueTaskSource<BatchResult>
{
    private ManualResetValueTaskSourceCore<BatchResult> _result = new() { RunContinuationsAsynchronously = true };
    private Signal[] _signals = new Signal[1];
    private int _openShards;
    private int _answered;
    private bool _released = true;

    /// <summary>The request's body, decompressed; at least <see cref="Length"/> bytes.</summary>
    public byte[] Buffer { get; set; } = [];

    public int Length { get; set; }

    public int Count { get; private set; }

    /// <summary>Signals that it has room for; never less than it once held.</summary>
    public int Capacity => _signals.Length;

    public ReadOnlySpan<Signal> Signals => _signals.AsSpan(0, Count);

    /// <summary>Events that were refused; empty for a clean request.</summary>
    public List<SignalRejection> Rejections { get; } = [];

    public ReadOnlySpan<byte> RawOf(in Signal signal) => Buffer.AsSpan(signal.RawStart, signal.RawLength);

    /// <summary>Source times that wait for the request's <c>sentAt</c>, which may stand behind the events.</summary>
    internal List<UncorrectedTime> Uncorrected { get; } = [];

    internal ref Signal this[int index] => ref _signals[index];

    /// <summary>Forgets what was read, for a body that turned out to be unreadable.</summary>
    internal void Discard()
    {
        Count = 0;
        Rejections.Clear();
        Uncorrected.Clear();
    }

    /// <summary>Adds a signal by copying it.</summary>
    public void Add(in Signal signal)
    {
        if (Count == _signals.Length)
        {
            Array.Resize(ref _signals, Count * 2);
        }

        _signals[Count++] = signal;
    }

    /// <summary>Says how many shards will report. Call before the first of them sees the batch.</summary>
    public void Open(int shards)
    {
        _openShards = shards;
        _released = shards == 0;
    }

    /// <summary>One shard's part is durable. The last one completes <see cref="WhenDurable"/>.</summary>
    public void ShardDone()
    {
        if (Interlocked.Decrement(ref _openShards) == 0)
        {
            Answer(BatchResult.Durable);

            // Last: whoever reuses the batch must not get this answer.
            Volatile.Write(ref _released, true);
        }
    }

    /// <summary>The log cannot be written now: answers at once. Later calls of <see cref="ShardDone"/> still count down.</summary>
    public void Stalled() => Answer(BatchResult.Stalled);

    /// <summary>True when every shard has let go of the buffer.</summary>
    public bool IsReleased => Volatile.Read(ref _released);

    /// <summary>Completes once, when every signal is durable or the log stalled. Await it once.</summary>
    public ValueTask<BatchResult> WhenDurable => new(this, _result.Version);

    /// <summary>Makes the batch ready for the next request. Only when <see cref="IsReleased"/>.</summary>
    public void Reset()
    {
        Count = 0;
        Length = 0;
        Rejections.Clear();
        Uncorrected.Clear();
        _answered = 0;
        _openShards = 0;
        _released = true;
        _result.Reset();
    }

    BatchResult IValueTaskSource<BatchResult>.GetResult(short token) => _result.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<BatchResult>.GetStatus(short token) => _result.GetStatus(token);

    void IValueTaskSource<BatchResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);

    private void Answer(BatchResult result)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _result.SetResult(result);
        }
    }
}

/// <summary>How a request's signals ended.</summary>
public enum BatchResult : byte
{
    /// <summary>Every signal is in the log (or was there already).</summary>
    Durable = 0,

    /// <summary>The log cannot be written at the moment; the sender should try again.</summary>
    Stalled = 1,
}
