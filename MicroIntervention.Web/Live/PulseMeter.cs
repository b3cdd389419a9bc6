using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Web.Live;

/// <summary>Takes the engine's pulse twice a second and publishes it.</summary>
internal sealed class PulseMeter(EngineView engine, LiveFeed feed, LatestValue<Pulse> pulse, TimeProvider time) : BackgroundService
{
    internal const int FeedCapacity = 2_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AtRiskFor = TimeSpan.FromMinutes(30);
    private readonly Queue<(long Timestamp, long Signals)> _history = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                pulse.Publish(Take());
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    internal Pulse Take()
    {
        var snapshot = engine.Snapshot();
        var items = feed.Latest(FeedCapacity);
        var now = Moment.From(time.GetUtcNow());
        var midnight = Moment.From(new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero));
        var atRisk = new HashSet<SessionId>();
        int decided = 0, today = 0, allowed = 0, offered = 0, shown = 0, accepted = 0, withheldInBrowser = 0;
        foreach (var item in items)
        {
            if (item.Decision.Reason == DecisionReason.LikelyBot)
            {
                // Nobody who could be helped: in no figure about people.
                continue;
            }

            decided++;
            if (now - item.Decision.Facts.At <= AtRiskFor)
            {
                atRisk.Add(item.Decision.Facts.Session);
            }

            withheldInBrowser += item.State == FeedState.WithheldInBrowser ? 1 : 0;
            if (item.Decision is not Decision.Intervene)
            {
                continue;
            }

            today += item.Decision.Facts.At >= midnight ? 1 : 0;
            allowed++;
            offered += IsSent(item.State) ? 1 : 0;
            shown += IsShown(item.State) ? 1 : 0;
            accepted += item.State is FeedState.Accepted or FeedState.PersonRequested or FeedState.Helpful ? 1 : 0;
        }

        var late = (snapshot?.Counters.Delivered(DeliveryResult.Expired) ?? 0) + withheldInBrowser;
        return new Pulse(snapshot, RateOf(snapshot?.Counters.Signals ?? 0), atRisk.Count, today, items.Length >= FeedCapacity, late, new Funnel(decided, allowed, offered, shown, accepted));
    }

    internal static bool IsSent(FeedState state) => state == FeedState.Sent || state >= FeedState.Shown;

    private static bool IsShown(FeedState state) => state >= FeedState.Shown && state != FeedState.WithheldInBrowser;

    private double RateOf(long signals)
    {
        var now = time.GetTimestamp();
        _history.Enqueue((now, signals));
        while (_history.Count > 1 && time.GetElapsedTime(_history.Peek().Timestamp, now) > TimeSpan.FromSeconds(10))
        {
            _history.Dequeue();
        }

        var (since, before) = _history.Peek();
        var seconds = time.GetElapsedTime(since, now).TotalSeconds;
        return seconds <= 0 ? 0 : (signals - before) / seconds;
    }
}
