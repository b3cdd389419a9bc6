using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Web.Live;

namespace MicroIntervention.Tests.Engine.Runtime;

public sealed class LiveFeedTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly LiveFeed _feed = new(capacity: 2);

    [Fact]
    public void OnDelivered_BeforeItsDecision_IsNotLost()
    {
        var decision = LiveStage.Decide(1, Now);

        _feed.OnDelivered(Request(decision), DeliveryResult.NoReceiver, Moment.From(Now));
        _feed.OnDecision(decision);

        Assert.Equal(FeedState.NoReceiver, _feed.Find(decision.Id)!.State);
    }

    [Fact]
    public void OnDelivered_ManyOfUnknownDecisions_KeepsTheLatest()
    {
        var decisions = Enumerable.Range(1, 5).Select(n => LiveStage.Decide(n, Now)).ToArray();
        foreach (var decision in decisions)
        {
            _feed.OnDelivered(Request(decision), DeliveryResult.Sent, Moment.From(Now));
        }

        _feed.OnDecision(decisions[0]);
        _feed.OnDecision(decisions[4]);

        Assert.Equal(FeedState.Deciding, _feed.Find(decisions[0].Id)!.State);
        Assert.Equal(FeedState.Sent, _feed.Find(decisions[4].Id)!.State);
    }

    [Fact]
    public void OnReport_OfTheVisitor_Counts()
    {
        var decision = LiveStage.Decide(1, Now);
        _feed.OnDecision(decision);

        _feed.OnReport(Report(decision, decision.Facts.Visitor), default);

        Assert.Equal(FeedState.Accepted, _feed.Find(decision.Id)!.State);
    }

    [Fact]
    public void OnReport_OfAnotherVisitor_ChangesNothing()
    {
        var decision = LiveStage.Decide(1, Now);
        _feed.OnDecision(decision);

        _feed.OnReport(Report(decision, LiveStage.Decide(2, Now, session: 5).Facts.Visitor), default);

        Assert.Equal(FeedState.Deciding, _feed.Find(decision.Id)!.State);
    }

    [Fact]
    public void OnReport_AboutASuppressedDecision_ChangesNothing()
    {
        var decision = LiveStage.Decide(1, Now, DecisionReason.Killed);
        _feed.OnDecision(decision);

        _feed.OnReport(Report(decision, decision.Facts.Visitor), default);

        Assert.Equal(FeedState.Suppressed, _feed.Find(decision.Id)!.State);
    }

    private static RecordHeader Report(Decision decision, VisitorId visitor) => new()
    {
        Kind = RecordKind.Signal,
        SignalKind = SignalKind.Accepted,
        Visitor = visitor,
        About = decision.Id,
        At = Moment.From(Now),
    };

    private static DeliveryRequest Request(Decision decision) => new(
        decision.Id,
        decision.Facts.Visitor,
        decision.Facts.Session,
        decision.Facts.Scenario,
        ChannelKind.Web,
        DeliveryKind.Prompt,
        Moment.From(Now),
        Moment.From(Now.AddSeconds(3)),
        default,
        new SendGate());
}
