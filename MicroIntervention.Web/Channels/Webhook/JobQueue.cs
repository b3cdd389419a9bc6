using System.Diagnostics.CodeAnalysis;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Jobs in order of arrival, and those that wait for a later attempt in order of their time. Bounded: a full queue refuses the newest.</summary>
/// <remarks>
/// Thread-safe; takers block. A job counts against the capacity from <see cref="TryOffer"/> until <see cref="Finish"/> or <see cref="Drop"/>,
/// so a retry always has its place.
/// </remarks>
internal sealed class JobQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly Queue<WebhookJob> _ready = new();
    private readonly PriorityQueue<WebhookJob, long> _later = new();
    // Taken and not yet ended or deferred: an erasure has to find these too, or a retry would bring them back.
    private readonly HashSet<WebhookJob> _taken = [];
    private int _inHand;
    private bool _closed;

    /// <summary>Jobs waiting, waiting for a retry, or being sent.</summary>
    public int InHand => Volatile.Read(ref _inHand);

    /// <summary>False when full or closed.</summary>
    public bool TryOffer(WebhookJob job)
    {
        lock (_gate)
        {
            if (_closed || _inHand >= capacity)
            {
                return false;
            }

            _inHand++;
            _ready.Enqueue(job);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Puts a taken job back until its <see cref="WebhookJob.DueMs"/>. False when closed, or the visitor was erased meanwhile: the job is the caller's to end.</summary>
    public bool TryDefer(WebhookJob job)
    {
        lock (_gate)
        {
            if (_closed || job.IsErased)
            {
                return false;
            }

            _taken.Remove(job);
            _later.Enqueue(job, job.DueMs);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>True when a job has been waiting for a taker since before the given time: there are too few.</summary>
    public bool HasWaitedSince(long beforeMs)
    {
        lock (_gate)
        {
            return _ready.TryPeek(out var oldest) && oldest.DueMs < beforeMs;
        }
    }

    /// <summary>The job has ended.</summary>
    public void Finish(WebhookJob job)
    {
        lock (_gate)
        {
            _taken.Remove(job);
            _inHand--;
        }
    }

    /// <summary>Waits for a job that is due. False when the queue closed, or nothing came for <paramref name="patienceMs"/>.</summary>
    /// <param name="patienceMs">−1: for ever.</param>
    public bool TryTake(long patienceMs, [NotNullWhen(true)] out WebhookJob? job)
    {
        lock (_gate)
        {
            var giveUpAt = patienceMs < 0 ? long.MaxValue : Environment.TickCount64 + patienceMs;
            while (!_closed)
            {
                // A retry that is due goes first: its customer has waited longest.
                var hasLater = _later.TryPeek(out _, out var due);
                var now = hasLater || patienceMs >= 0 ? Environment.TickCount64 : 0;
                if (hasLater && due <= now)
                {
                    job = _later.Dequeue();
                    _taken.Add(job);
                    return true;
                }

                if (_ready.TryDequeue(out job))
                {
                    _taken.Add(job);
                    return true;
                }

                var until = Math.Min(hasLater ? due : long.MaxValue, giveUpAt);
                if (until <= now && !hasLater)
                {
                    break;
                }

                Monitor.Wait(_gate, until == long.MaxValue ? Timeout.Infinite : (int)Math.Clamp(until - now, 1, int.MaxValue));
                if (!hasLater && giveUpAt != long.MaxValue && Environment.TickCount64 >= giveUpAt && _ready.Count == 0)
                {
                    break;
                }
            }

            job = null;
            return false;
        }
    }

    /// <summary>Takes out what waits for these visitors, now or for a retry, and marks what a sender has in hand.</summary>
    /// <returns>What was taken out: the caller's to end. They no longer count against the capacity.</returns>
    public List<WebhookJob> Drop(IReadOnlySet<VisitorId> visitors)
    {
        lock (_gate)
        {
            foreach (var job in _taken)
            {
                job.IsErased |= visitors.Contains(job.Request.Visitor);
            }

            var waiting = _ready.ToArray();
            var later = _later.UnorderedItems.ToArray();
            List<WebhookJob> dropped = [.. waiting.Concat(later.Select(item => item.Element)).Where(job => visitors.Contains(job.Request.Visitor))];
            if (dropped.Count > 0)
            {
                _ready.Clear();
                _later.Clear();
                foreach (var job in waiting.Where(job => !visitors.Contains(job.Request.Visitor)))
                {
                    _ready.Enqueue(job);
                }

                _later.EnqueueRange(later.Where(item => !visitors.Contains(item.Element.Request.Visitor)));
                _inHand -= dropped.Count;
            }

            return dropped;
        }
    }

    /// <summary>Lets every taker go and hands back what was still waiting.</summary>
    public List<WebhookJob> Close()
    {
        lock (_gate)
        {
            _closed = true;
            List<WebhookJob> left = [.. _ready];
            while (_later.TryDequeue(out var job, out _))
            {
                left.Add(job);
            }

            _ready.Clear();
            Monitor.PulseAll(_gate);
            return left;
        }
    }
}
