using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Web.Features.Welcome;

/// <summary>How far the guided run has come, read off the feed.</summary>
/// <param name="scenario">The scenario of the tour.</param>
/// <param name="from">Only what the feed noted after this sequence belongs to the tour.</param>
public sealed class TourProgress(string scenario, long from)
{
    private string? _id;

    /// <summary>The tour's decision: the first to intervene, or failing that the first of any kind.</summary>
    public DecisionLine? First { get; private set; }

    /// <summary>The tour's decision itself.</summary>
    public Decision? FirstDecision { get; private set; }

    public bool Decided => First is not null;

    /// <summary>The prompt was on the screen.</summary>
    public bool Shown => First?.State is FeedState.Shown or FeedState.Dismissed or FeedState.Accepted or FeedState.PersonRequested or FeedState.Helpful or FeedState.NotHelpful;

    /// <summary>When the customer asked for a person; null until then.</summary>
    public Engine.Primitives.Moment? PersonAskedAt { get; private set; }

    /// <summary>The latest decision that the kill switch held back; null until there is one.</summary>
    public DecisionLine? Held { get; private set; }

    /// <summary>Reads what is new.</summary>
    public void Take(LiveFeed feed, Plan? plan)
    {
        ArgumentNullException.ThrowIfNull(feed);
        foreach (var item in feed.Since(from))
        {
            if (item.Decision.Facts.Scenario.Value != scenario)
            {
                continue;
            }

            if (item.Decision.Reason == DecisionReason.Killed)
            {
                Held = DecisionLine.Of(item, plan);
                continue;
            }

            var id = item.Decision.Id.ToString();
            if (_id is null || (First is { Intervened: false } && item.Decision is Decision.Intervene))
            {
                _id = id;
            }

            if (_id == id)
            {
                First = DecisionLine.Of(item, plan);
                FirstDecision = item.Decision;
                PersonAskedAt ??= item.State == FeedState.PersonRequested ? item.StateAt : null;
            }
        }
    }
}
