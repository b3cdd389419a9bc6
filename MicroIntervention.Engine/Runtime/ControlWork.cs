namespace MicroIntervention.Engine.Runtime;

/// <summary>A control record on its way into every partition, or a clock record.</summary>
/// <remarks>
/// All shards meet for a control record: the last to arrive writes it for every partition into one batch, so that one transaction holds all of it and
/// no crash leaves partitions under different plans. A clock record needs no meeting.
/// </remarks>
internal sealed class ControlWork(byte[] payload, int shards, Primitives.Moment? clockAt)
{
    // Not a Lock: shards wait on it for the last one.
    private readonly object _gate = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing = shards;
    private int _open = clockAt is null ? 1 : shards;
    private bool _isWritten;

    public byte[] Payload { get; } = payload;

    /// <summary>Event clock: advances timers to this moment instead of changing the plan; null for a control record.</summary>
    public Primitives.Moment? ClockAt { get; } = clockAt;

    /// <summary>Forgets what is only in memory of this visitor instead, and records nothing; null otherwise. One shard's work.</summary>
    public Primitives.VisitorId? Forget { get; init; }

    /// <summary>An internal record from outside instead, of a person of the team; null otherwise. One shard's work.</summary>
    public Decisions.CustomerMessage? Message { get; init; }

    /// <summary>Completes when it is durable in every partition.</summary>
    public Task Durable => _done.Task;

    /// <summary>A batch with it is durable.</summary>
    public void ShardDone()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _done.TrySetResult();
        }
    }

    /// <summary>One more shard stands still, all it has done handed to the log. True for the last: it now owns every partition, until <see cref="Written"/>.</summary>
    /// <param name="isGivenUp">Asked while waiting: true when the others will not come.</param>
    public bool Meet(Func<bool> isGivenUp)
    {
        lock (_gate)
        {
            if (--_missing == 0)
            {
                return true;
            }

            while (!_isWritten && !isGivenUp())
            {
                Monitor.Wait(_gate, 100);
            }

            return false;
        }
    }

    /// <summary>It is with the log: the shards go on.</summary>
    public void Written()
    {
        lock (_gate)
        {
            _isWritten = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>It will not become durable in this life.</summary>
    public void GiveUp() => _done.TrySetException(new IOException("The log could not be written before the engine stopped."));
}
