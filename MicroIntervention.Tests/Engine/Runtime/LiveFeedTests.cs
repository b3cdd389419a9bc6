using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Runtime;

public sealed class LiveFeedTests
{
    private readonly LiveFeed _feed = new(capacity: 3);

    [Fact]
    public void OnDecision_MoreThanItHolds_ForgetsTheOldest()
    {
        for (var i = 1; i <= 5; i++)
        {
            _feed.OnDecision(Made(i));
        }

        Assert.Equal([5UL, 4UL, 3UL], _feed.Latest(10).Select(i => i.Decision.Id.Value.Low));
        Assert.Equal(5UL, Assert.Single(_feed.Latest(1)).Decision.Id.Value.Low);
        Assert.Null(_feed.Find(Made(1).Id));
        _feed.OnDelivered(Request(1), DeliveryResult.Sent, new Moment(9));
        Assert.Null(_feed.Find(Made(1).Id));
    }

    [Fact]
    public void Since_GivesWhatCameOrChanged_OldestChangeFirst()
    {
        var changes = 0;
        _feed.Changed += () => changes++;
        _feed.OnDecision(Made(1));
        _feed.OnDecision(Made(2));
        var seen = _feed.Sequence;
        Assert.Empty(_feed.Since(seen));
        _feed.OnDecision(Made(3));
        _feed.OnDelivered(Request(1), DeliveryResult.Sent, new Moment(9));

        Assert.Equal([3UL, 1UL], _feed.Since(seen).Select(i => i.Decision.Id.Value.Low));
        Assert.Equal(4, changes);
    }

    [Fact]
    public void Note_EarlierState_NeverGoesBack()
    {
        _feed.OnDecision(Made(1));
        _feed.OnReport(Report(1, SignalKind.Shown, 20), """{"signalToPaintMs":41.5}"""u8);
        _feed.OnReport(Report(1, SignalKind.Accepted, 30), default);
        _feed.OnDelivered(Request(1), DeliveryResult.Sent, new Moment(40));
        _feed.OnReport(Report(1, SignalKind.Shown, 50), "not json"u8);

        var item = _feed.Find(Made(1).Id)!;
        Assert.Equal(FeedState.Accepted, item.State);
        Assert.Equal(new Moment(30), item.StateAt);
        Assert.Equal(41.5, item.SignalToPaintMs);
    }

    [Theory]
    [InlineData(DeliveryResult.Sent, FeedState.Sent)]
    [InlineData(DeliveryResult.NoReceiver, FeedState.NoReceiver)]
    [InlineData(DeliveryResult.Withdrawn, FeedState.Withdrawn)]
    [Proves("R-12")]
    public void OnDelivered_BeforeTheDecisionWasTold_IsNotLost(DeliveryResult result, FeedState state)
    {
        // The engine sends first and tells afterwards: a channel that answers at once is ahead of the decision.
        _feed.OnDelivered(Request(1), result, new Moment(7));
        _feed.OnDecision(Made(1));

        Assert.Equal(state, _feed.Find(Made(1).Id)!.State);
        Assert.Equal(new Moment(7), _feed.Find(Made(1).Id)!.StateAt);
    }

    private static Decision.Intervene Made(int number) => new Decision.Intervene(
        new DecisionFacts(
            new DecisionId(new Hash128(1, (ulong)number)),
            new DecisionId(new Hash128(1, (ulong)number)),
            new ScenarioKey("checkout-failure"),
            new VisitorId(new Hash128(2, 2)),
            new SessionId(new Hash128(3, 3)),
            new Moment(1),
            new LogPosition(0, number),
            new MessageKey(new Hash128(4, (ulong)number)),
            "",
            new Forecast(ScoreScale.Points, 82, 82, 0, [], []),
            60,
            new Money(1, "EUR"),
            default,
            0,
            false),
        ArmKey.Treatment,
        1);

    private static DeliveryRequest Request(int number) => new(
        Made(number).Id, default, default, new ScenarioKey("checkout-failure"), ChannelKind.Web, DeliveryKind.Prompt, default, default, default, new SendGate());

    private static RecordHeader Report(int about, SignalKind kind, long at) => new() { Kind = RecordKind.Signal, SignalKind = kind, About = Made(about).Id, At = new Moment(at) };
}
