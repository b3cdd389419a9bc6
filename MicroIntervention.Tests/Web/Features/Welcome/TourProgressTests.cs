using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Tests.Web.Live;
using MicroIntervention.Web.Features.Welcome;

namespace MicroIntervention.Tests.Web.Features.Welcome;

public sealed class TourProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Take_DecisionsBeforeTheTour_DoNotCount()
    {
        var feed = new LiveFeed();
        feed.OnDecision(LiveStage.Decide(1, Now));
        var tour = new TourProgress("checkout-failure", feed.Sequence);

        tour.Take(feed, LiveStage.Plan());

        Assert.False(tour.Decided);
    }

    [Fact]
    public void Take_SuppressedThenFired_FollowsTheOneThatFired()
    {
        var feed = new LiveFeed();
        var tour = new TourProgress("checkout-failure", feed.Sequence);
        feed.OnDecision(LiveStage.Decide(1, Now, DecisionReason.CoolDown));
        var fired = LiveStage.Decide(2, Now);
        feed.OnDecision(fired);

        tour.Take(feed, LiveStage.Plan());

        Assert.Equal(fired.Id.ToString(), tour.First?.Id);
        Assert.False(tour.Shown);
    }
}
