using System.Collections.Immutable;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Web.Features.Live;

/// <summary>What one viewer sees of the feed: filtered, and frozen while paused. Pausing freezes the view, never the data.</summary>
public sealed class FeedView(LiveFeed feed, EngineView engine)
{
    private const int Shown = 1_000;
    private long _frozenAt;

    public IReadOnlyList<DecisionLine> Lines { get; private set; } = [];

    /// <summary>Over the whole feed, whatever the filter; most frequent first.</summary>
    public IReadOnlyList<ReasonCount> Reasons { get; private set; } = [];

    /// <summary>Decisions before filtering.</summary>
    public int Total { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>New decisions and changes since the pause.</summary>
    public long Waiting => IsPaused ? feed.Sequence - _frozenAt : 0;

    public void Pause()
    {
        IsPaused = true;
        _frozenAt = feed.Sequence;
    }

    public void Resume(LiveViewState state)
    {
        IsPaused = false;
        Refresh(state);
    }

    /// <summary>Takes the newest decisions; does nothing while paused.</summary>
    public void Refresh(LiveViewState state)
    {
        if (!IsPaused)
        {
            Take(feed.Latest(Shown), state);
        }
    }

    /// <summary>Shows another filter; also while paused, for it is the viewer who asked.</summary>
    public void Filter(LiveViewState state) => Take(feed.Latest(Shown), state);

    private void Take(ImmutableArray<FeedItem> items, LiveViewState state)
    {
        var plan = engine.Plan();
        Total = items.Length;
        Reasons = [.. items
            .GroupBy(item => item.Decision.Reason)
            .Select(group => new ReasonCount(group.Key, group.Count(), group.Select(item => item.Decision.Facts.Session).Distinct().Count()))
            .OrderByDescending(count => count.Decisions)];
        Lines = [.. items
            .Where(item => state.Reason is null || item.Decision.Reason == state.Reason)
            .Where(item => state.Scenario is null || item.Decision.Facts.Scenario.Value == state.Scenario)
            .Select(item => DecisionLine.Of(item, plan))];
    }
}
