using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Batches on their way to the commit thread. Bounded: what is taken counts until it is durable, and <see cref="Add"/> waits above the limit.</summary>
internal sealed class CommitQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly List<LogBatch> _waiting = [];
    private int _inFlight;
    private bool _closed;

    public int Depth => Volatile.Read(ref _inFlight);

    /// <exception cref="ObjectDisposedException">The log was closed.</exception>
    public void Add(LogBatch batch)
    {
        lock (_gate)
        {
            while (_inFlight >= capacity && !_closed)
            {
                Monitor.Wait(_gate);
            }

            ObjectDisposedException.ThrowIf(_closed, typeof(SignalLog));
            _waiting.Add(batch);
            _inFlight++;
            if (_waiting.Count == 1)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits for work and takes all of it; false when the queue is closed and empty.</summary>
    public bool TakeAll(List<LogBatch> into)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_closed)
            {
                Monitor.Wait(_gate);
            }

            TakeWaiting_NeedsLock(into);
            return into.Count > 0;
        }
    }

    /// <summary>Takes what has arrived meanwhile, without waiting.</summary>
    public void TakeMore(List<LogBatch> into)
    {
        lock (_gate)
        {
            TakeWaiting_NeedsLock(into);
        }
    }

    /// <summary>So many taken batches are done.</summary>
    public void Release(int count)
    {
        lock (_gate)
        {
            _inFlight -= count;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Nothing more is accepted; what waits is still handed out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void TakeWaiting_NeedsLock(List<LogBatch> into)
    {
        into.AddRange(_waiting);
        _waiting.Clear();
    }
}
