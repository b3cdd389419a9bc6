using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Privacy;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Sends prompts and handoffs as signed webhooks to the addresses an admin allowed.</summary>
/// <remarks>
/// Thread-safe. One lane of its own threads for each address. A request goes to the one address that fits it best
/// (<see cref="WebhookEndpoint.Fit"/>); where none does it ends as NoReceiver. What is in hand lives in memory: prompts are
/// worthless after a restart anyway, a handoff not yet delivered is made again from the log by the next life.
/// </remarks>
public sealed class WebhookChannel : IChannel, IHoldsVisitors, IDisposable
{
    // Bounds how late an overdue attempt is cut; a tenth of the shortest timeout that makes sense.
    private const int WatchEveryMs = 20;

    // A receiver that does not read what is being written to it is cut after the attempt's own timeout.
    private static readonly TimeSpan StartedSendPatience = TimeSpan.FromSeconds(2);

    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WebhookChannel> _log;
    private readonly WebhookWiring _wiring;
    private readonly Action<int, string> _switchOff;
    private readonly Lock _gate = new();
    private volatile WebhookLane[] _lanes = [];
    private volatile bool _stopped;

    /// <param name="switchOff">Told when a receiver said 410, so that the row can say why; called on a sender thread.</param>
    public WebhookChannel(WebhookOptions options, TimeProvider time, ILogger<WebhookChannel> log, Action<int, string>? switchOff = null)
        : this(options, time, log, switchOff, new WebhookWiring())
    {
    }

    internal WebhookChannel(
        WebhookOptions options, TimeProvider time, ILogger<WebhookChannel> log, Action<int, string>? switchOff, WebhookWiring wiring)
    {
        _options = options;
        _time = time;
        _log = log;
        _wiring = wiring;
        _switchOff = switchOff ?? ((_, _) => { });
        new Thread(Watch) { IsBackground = true, Name = "webhook watch" }.Start();
    }

    public ChannelKind Kind => ChannelKind.Webhook;

    /// <summary>How every address does.</summary>
    public IReadOnlyList<WebhookStatus> Status => [.. _lanes.Select(lane => lane.Status)];

    /// <summary>Sets the addresses: unchanged ones go on, removed or changed ones end what they have in hand as failed.</summary>
    public void Use(IReadOnlyList<WebhookEndpoint> endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        List<WebhookLane> old;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            old = [.. _lanes];
            var next = new List<WebhookLane>(endpoints.Count);
            foreach (var endpoint in endpoints)
            {
                var kept = old.Find(lane => lane.Endpoint == endpoint && !lane.IsOff);
                if (kept is not null)
                {
                    old.Remove(kept);
                }

                next.Add(kept ?? new WebhookLane(endpoint, _options, _time, _wiring, _log, _switchOff));
            }

            _lanes = [.. next];
        }

        foreach (var lane in old)
        {
            lane.Dispose();
        }
    }

    public void Send(DeliveryRequest request, IDeliveryObserver completed)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(completed);
        WebhookLane? best = null;
        var bestFit = -1;
        foreach (var lane in _lanes)
        {
            if (lane.Endpoint.Fit(request) is var fit && fit > bestFit)
            {
                best = lane;
                bestFit = fit;
            }
        }

        if (best is null)
        {
            completed.OnDelivered(request, DeliveryResult.NoReceiver, Moment.From(_time.GetUtcNow()));
            return;
        }

        best.Send(request, completed);
    }

    /// <summary>
    /// After a gate was closed: waits until every send that had seen it open is with the socket. When it returns true, nothing behind that gate starts any more.
    /// </summary>
    /// <remarks>Microseconds, unless a receiver does not read what is being written to it.</remarks>
    public bool WaitForStartedSends(TimeSpan atMost)
    {
        Interlocked.MemoryBarrier();
        return SpinWait.SpinUntil(() => !Array.Exists(_lanes, lane => lane.HasStartingSend), atMost);
    }

    /// <summary>Withdraws everything for these visitors. When it completes no send to them starts any more; one already on the wire may arrive.</summary>
    public Task ForgetAsync(IReadOnlySet<VisitorId> visitors, CancellationToken cancel)
    {
        foreach (var lane in _lanes)
        {
            lane.Drop(visitors);
        }

        return Task.Run(() => WaitForStartedSends(StartedSendPatience), cancel);
    }

    public void Dispose()
    {
        WebhookLane[] lanes;
        lock (_gate)
        {
            _stopped = true;
            lanes = _lanes;
            _lanes = [];
        }

        foreach (var lane in lanes)
        {
            lane.Dispose();
        }
    }

    private void Watch()
    {
        while (!_stopped)
        {
            var now = Environment.TickCount64;
            foreach (var lane in _lanes)
            {
                lane.Watch(now);
            }

            Thread.Sleep(WatchEveryMs);
        }
    }
}
