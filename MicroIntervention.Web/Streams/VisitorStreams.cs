using System.Collections.Concurrent;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Privacy;

namespace MicroIntervention.Web.Streams;

/// <summary>Every visitor's open stream, and the channel that writes prompts to them.</summary>
/// <remarks>
/// Thread-safe; nothing here waits. Memory is bounded by the number of open streams and by the rate of hellos; a visitor who has gone is
/// forgotten within a second after the page change time. Prompts are written by the thread that sends them, in order per visitor.
/// </remarks>
public sealed class VisitorStreams : IChannel, IHoldsVisitors, IDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    private readonly StreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<VisitorId, VisitorSlot> _slots = new();
    private readonly ITimer _sweep;
    private long _lastPing;
    private int _isSweeping;
    private volatile bool _isStopping;

    public VisitorStreams(StreamOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _lastPing = time.GetTimestamp();
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    public ChannelKind Kind => ChannelKind.Web;

    public StreamCounts Counts { get; } = new();

    /// <summary>Visitors known at the moment: with a stream, between two pages, or just said hello.</summary>
    public int Visitors => _slots.Count;

    /// <summary>Writes the prompt to the visitor's stream at once; NoReceiver when there is none and none is expected.</summary>
    /// <remarks>A visitor between two pages (<see cref="StreamOptions.PageChange"/>) gets it with the next stream, while it is in time.</remarks>
    public void Send(DeliveryRequest request, IDeliveryObserver completed)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(completed);
        var now = Now;
        var prompt = new HeldPrompt(request, completed);
        if (prompt.Obstacle(now) is { } obstacle)
        {
            prompt.Tell(obstacle, now);
        }
        else if (!_slots.TryGetValue(request.Screen, out var slot) || !slot.TrySend(prompt, now))
        {
            prompt.Tell(DeliveryResult.NoReceiver, now);
        }
    }

    /// <summary>Takes every prompt back and tells every open page. Close the gate first.</summary>
    public void WithdrawAll() => Withdraw(null);

    /// <summary>Takes a scenario's prompts back and tells the pages that show one. Close its gate first.</summary>
    public void Withdraw(ScenarioKey scenario) => Withdraw(request => request.Scenario == scenario);

    /// <summary>Takes back the prompts of these visitors: they carry a name.</summary>
    public Task ForgetAsync(IReadOnlySet<VisitorId> visitors, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(visitors);
        var now = Now;
        foreach (var visitor in visitors)
        {
            if (_slots.TryGetValue(visitor, out var slot))
            {
                slot.Withdraw(_ => true, now);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Ends every stream cleanly; none opens afterwards.</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (var (_, slot) in _slots)
        {
            slot.EndStream();
        }
    }

    public void Dispose() => _sweep.Dispose();

    /// <summary>Makes the connection the visitor's stream. False when no more streams are taken.</summary>
    internal bool TryOpen(VisitorId visitor, StreamConnection connection, DecisionId? after)
    {
        if (Counts.Opened() > _options.MaxOpen || _isStopping)
        {
            Counts.Closed();
            Counts.AddRefused();
            return false;
        }

        StreamConnection? previous;
        while (!SlotOf(visitor).TryOpen(connection, after, out previous))
        {
            // Swept away between finding and opening; the next one is fresh.
        }

        if (previous is not null)
        {
            Counts.AddReplaced();
            previous.End();
        }

        // Stop may have passed by before the slot was there.
        if (_isStopping)
        {
            connection.End();
        }

        return true;
    }

    internal void Close(VisitorId visitor, StreamConnection connection)
    {
        Counts.Closed();
        if (_slots.TryGetValue(visitor, out var slot))
        {
            slot.Close(connection, Now);
        }
    }

    /// <summary>The visitor has said hello; a prompt may wait for the stream that follows.</summary>
    internal void Expect(VisitorId visitor)
    {
        if (_slots.Count < 2 * _options.MaxOpen)
        {
            SlotOf(visitor).Expect(Now);
        }
    }

    internal void Forget(VisitorId visitor, DecisionId decision)
    {
        if (_slots.TryGetValue(visitor, out var slot))
        {
            slot.Forget(decision);
        }
    }

    private Moment Now => Moment.From(_time.GetUtcNow());

    private VisitorSlot SlotOf(VisitorId visitor) => _slots.GetOrAdd(visitor, _ => new VisitorSlot(_options.KeptPerVisitor, Now));

    private void Withdraw(Func<DeliveryRequest, bool>? which)
    {
        var now = Now;
        foreach (var (_, slot) in _slots)
        {
            slot.Withdraw(which, now);
        }
    }

    private void Sweep()
    {
        // The timer does not wait for a slow sweep; two at once would only do the work twice.
        if (Interlocked.Exchange(ref _isSweeping, 1) != 0)
        {
            return;
        }

        var now = Now;
        var isPing = _time.GetElapsedTime(_lastPing) >= _options.PingEvery;
        if (isPing)
        {
            _lastPing = _time.GetTimestamp();
        }

        foreach (var (visitor, slot) in _slots)
        {
            if (slot.Sweep(now, _options.PageChange))
            {
                _slots.TryRemove(new KeyValuePair<VisitorId, VisitorSlot>(visitor, slot));
            }
            else if (isPing)
            {
                slot.Ping(now);
            }
        }

        Volatile.Write(ref _isSweeping, 0);
    }
}
