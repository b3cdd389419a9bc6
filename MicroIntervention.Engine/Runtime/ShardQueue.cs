using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>What waits for one shard. Bounded in signals; a full queue refuses, it never drops.</summary>
internal sealed class ShardQueue(int limit)
{
    // Not a Lock: the shard waits on it until work arrives.
    private readonly object _gate = new();
    private readonly Queue<ShardWork> _work = new();
    private int _signals;
    private bool _sleeping;

    /// <summary>Signals that wait.</summary>
    public int Signals => Volatile.Read(ref _signals);

    /// <summary>Sets room aside; false when there is none.</summary>
    public bool TryReserve(int signals)
    {
        if (Interlocked.Add(ref _signals, signals) <= limit)
        {
            return true;
        }

        Release(signals);
        return false;
    }

    public void Release(int signals) => Interlocked.Add(ref _signals, -signals);

    public void Enqueue(ShardWork work)
    {
        lock (_gate)
        {
            _work.Enqueue(work);
            if (_sleeping)
            {
                _sleeping = false;
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>The log cannot be written: whoever waits is told so now; the signals stay in the queue.</summary>
    public void TellStalled()
    {
        lock (_gate)
        {
            foreach (var work in _work)
            {
                work.Signals?.Stalled();
            }
        }
    }

    /// <summary>Moves up to <paramref name="most"/> pieces of work over; waits up to <paramref name="wait"/> when there are none.</summary>
    public void Take(List<ShardWork> into, int most, TimeSpan wait)
    {
        lock (_gate)
        {
            if (_work.Count == 0 && wait > TimeSpan.Zero)
            {
                _sleeping = true;
                Monitor.Wait(_gate, wait);
                _sleeping = false;
            }

            while (into.Count < most && _work.TryDequeue(out var work))
            {
                into.Add(work);
            }
        }
    }
}

/// <summary>One piece of work: a request's signals, or a control record for all partitions, or a clock record, or a copy for a checkpoint, or what other partitions tell.</summary>
internal readonly record struct ShardWork(SignalBatch? Signals, int Count, ControlWork? Control, CopyWork? Copy = null, List<Decisions.CustomerMessage>? Messages = null);
