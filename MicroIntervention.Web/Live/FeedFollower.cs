using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Web.Live;

/// <summary>The engine's feed as something pages can follow.</summary>
public sealed class FeedFollower(LiveFeed feed) : IFollowed
{
    public IDisposable Subscribe(Action nudge)
    {
        feed.Changed += nudge;
        return new Subscription(feed, nudge);
    }

    private sealed class Subscription(LiveFeed feed, Action nudge) : IDisposable
    {
        public void Dispose() => feed.Changed -= nudge;
    }
}
