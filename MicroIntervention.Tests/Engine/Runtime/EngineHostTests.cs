using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

public sealed class EngineHostTests
{
    private const int Partitions = 8;
    private static readonly EngineOptions Small = new() { Partitions = Partitions, Shards = 2, DedupeKeysPerTable = 1024, DedupeTables = 2 };

    private readonly ManualTime _time = new();
    private readonly InMemorySignalLog _log = new(Partitions);

    [Fact]
    [Proves("R-05")]
    public async Task TryPost_SameMessageTwice_CountsOnceAlsoAfterRecover()
    {
        using (var stage = Stage())
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
            await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
            Assert.Equal(1, stage.SignalsInLog);
            Assert.Equal(1, stage.Host.Counters.Signals);
            Assert.Equal(1, stage.Host.Counters.Duplicates);
        }

        using var second = Stage();
        Assert.Equal(_log.Records.Count, second.Recovered);
        await second.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"), EngineStage.Event("a", "m1", "Payment Declined"));
        Assert.Equal(1, second.SignalsInLog);
        Assert.Equal(2, second.Host.Counters.Duplicates);
        Assert.Empty(second.Decisions);
    }

    [Fact]
    [Proves("R-12")]
    public async Task TryPost_TwoPaymentsDeclined_IntervenesOnceWithSharesThatAddUp()
    {
        using var stage = Stage();
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure", "password-lockout"));
        await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
        _time.Advance(TimeSpan.FromSeconds(20));
        await stage.PostAsync(EngineStage.Event("a", "m2", "Payment Declined"));

        var decision = Assert.IsType<Decision.Intervene>(Assert.Single(stage.Decisions));
        var forecast = decision.Facts.Forecast;
        var sum = forecast.Intercept;
        foreach (var share in forecast.Contributions)
        {
            sum += share;
        }

        Assert.Equal(BitConverter.DoubleToInt64Bits(forecast.Score), BitConverter.DoubleToInt64Bits(sum));
        Assert.Equal(82, forecast.Value);
        Assert.Equal("checkout-failure", decision.Facts.Scenario.Value);
        Assert.Equal(EngineStage.VisitorOf("a"), decision.Facts.Visitor);
        Assert.Equal(decision.Facts.Id, Assert.Single(stage.Channel.Sent).Id);
        Assert.Equal(1, stage.Host.Counters.Delivered(DeliveryResult.Sent));
    }

    [Fact]
    [Proves("R-05")]
    public async Task TryPost_LogStalls_AnswersStalledAndIsDurableOnceAfterwards()
    {
        using var stage = Stage();
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        _log.Stall(new IOException("the disk is full"));
        var stalled = stage.Read(EngineStage.Event("a", "m1", "Payment Declined"));
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(stalled));
        Assert.Equal(BatchResult.Stalled, await EngineStage.Answer(stalled));
        Assert.False(stage.Host.IsReady);
        Assert.Equal("the disk is full", stage.Host.Snapshot().Stalled);
        Assert.Equal(PostResult.Stalled, stage.Host.TryPost(stage.Read(EngineStage.Event("a", "m2", "Payment Declined"))));
        Assert.Equal(0, stage.SignalsInLog);
        Assert.False(stalled.IsReleased);

        _log.Release();

        Assert.True(stage.Host.IsReady);
        Assert.True(stalled.IsReleased);
        await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
        Assert.Equal(1, stage.SignalsInLog);
        Assert.Equal(1, stage.Host.Counters.Duplicates);
    }

    [Fact]
    [Proves("R-05")]
    public async Task TryPost_OneShardFull_TakesNothingOfTheRequest()
    {
        var gate = new GatedLog(_log);
        using var stage = new EngineStage(_log, _time, new EngineOptions { Partitions = Partitions, Shards = 2, QueueLimit = 4, DedupeKeysPerTable = 1024, DedupeTables = 2 }, gate);
        var (left, right) = (stage.VisitorOn(0, 2), stage.VisitorOn(1, 2));
        gate.Hold(1);
        var first = stage.Read(EngineStage.Event(right, "r0", "X"));
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(first));
        gate.AwaitHeld(1);
        var waiting = stage.Read([.. Enumerable.Range(1, 3).Select(i => EngineStage.Event(right, $"r{i}", "X"))]);
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(waiting));

        var refused = stage.Read(
            EngineStage.Event(left, "no1", "X"), EngineStage.Event(right, "no2", "X"), EngineStage.Event(left, "no3", "X"), EngineStage.Event(right, "no4", "X"));
        Assert.Equal(PostResult.Overloaded, stage.Host.TryPost(refused));
        Assert.Equal(3, stage.Host.Snapshot().Queued);
        Assert.Equal(4, stage.Host.Counters.Refused);
        Assert.True(refused.IsReleased);

        // The other shard's room was given back whole.
        await stage.PostAsync([.. Enumerable.Range(0, 4).Select(i => EngineStage.Event(left, $"l{i}", "X"))]);
        gate.Let(1);
        Assert.Equal(BatchResult.Durable, await EngineStage.Answer(first));
        Assert.Equal(BatchResult.Durable, await EngineStage.Answer(waiting));
        Assert.Equal(8, stage.SignalsInLog);
        Assert.DoesNotContain(_log.Records, r => SignalText.Read(r.Payload, "messageId")?.StartsWith("no", StringComparison.Ordinal) == true);

        // Nothing of it was remembered as seen either: the retry counts.
        await stage.PostAsync(EngineStage.Event(left, "no1", "X"), EngineStage.Event(right, "no2", "X"));
        Assert.Equal(10, stage.SignalsInLog);
        Assert.Equal(0, stage.Host.Counters.Duplicates);
    }

    [Fact]
    [Proves("R-22")]
    public async Task ControlAsync_Kill_ClosesGatesFirstAndSuppressesUntilLifted()
    {
        var gate = new GatedLog(_log);
        using var stage = new EngineStage(_log, _time, Small, gate);
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        var (early, late, free) = (stage.VisitorOn(0, 2, 0), stage.VisitorOn(0, 2, 1), stage.VisitorOn(0, 2, 2));
        gate.Hold(0);
        var decided = stage.Read(EngineStage.Event(early, "e1", "Payment Declined"), EngineStage.Event(early, "e2", "Payment Declined"));
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(decided));
        gate.AwaitHeld(0);

        var kill = stage.ControlAsync(new ControlRecord.Kill(true, "a person", "enough"));

        Assert.False(stage.Gates.Service.IsOpen);
        Assert.False(stage.Gates.Of(new ScenarioKey("checkout-failure")).IsOpen);
        Assert.False(kill.IsCompleted);
        gate.Let(0);
        await kill;
        Assert.Equal(BatchResult.Durable, await EngineStage.Answer(decided));
        Assert.IsType<Decision.Intervene>(Assert.Single(stage.Decisions));
        Assert.Empty(stage.Channel.Sent);
        Assert.Equal(1, stage.Host.Counters.Delivered(DeliveryResult.Withdrawn));

        await stage.PostAsync(EngineStage.Event(late, "k1", "Payment Declined"), EngineStage.Event(late, "k2", "Payment Declined"));
        var suppressed = Assert.IsType<Decision.Suppress>(stage.Decisions[^1]);
        Assert.Equal(DecisionReason.Killed, suppressed.Reason);
        Assert.True(stage.Host.Snapshot().Killed);

        await stage.ControlAsync(new ControlRecord.Kill(false, "a person", "go on"));
        Assert.True(stage.Gates.Service.IsOpen);
        await stage.PostAsync(EngineStage.Event(free, "f1", "Payment Declined"), EngineStage.Event(free, "f2", "Payment Declined"));
        Assert.Equal(Assert.IsType<Decision.Intervene>(stage.Decisions[^1]).Facts.Id, Assert.Single(stage.Channel.Sent).Id);
    }

    [Fact]
    [Proves("R-22")]
    public async Task Recover_KilledLog_StartsWithGatesClosed()
    {
        using (var stage = Stage())
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.ControlAsync(new ControlRecord.Kill(true, "a person", "enough"));
        }

        using var second = Stage();
        Assert.False(second.Gates.Service.IsOpen);
        Assert.True(second.Host.CurrentPlan.Killed);
    }

    [Fact]
    [Proves("R-20")]
    public async Task ControlAsync_OtherThreshold_IsInForceAtOnceAndKeepsWindows()
    {
        using var stage = Stage();
        var source = EngineStage.SourceOf("checkout-failure");
        await stage.ActivateAsync(source);
        await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
        Assert.Empty(stage.Decisions);

        await stage.ActivateAsync(source.With(new PolicyOverride { Scenario = new ScenarioKey("checkout-failure"), Threshold = 36 }));
        await stage.PostAsync(EngineStage.Event("a", "m2", "Rage Clicked"));

        var decision = Assert.IsType<Decision.Intervene>(Assert.Single(stage.Decisions));
        Assert.Equal(36, decision.Facts.Threshold);
        Assert.Equal(38, decision.Facts.Forecast.Value);
        Assert.Equal(stage.Host.CurrentPlan.Fingerprint, decision.Facts.Plan);
        Assert.Equal(1, stage.Host.Snapshot().LiveSessions);
    }

    [Fact]
    [Proves("R-20")]
    public async Task TryPost_ReadBeforeAPlanChange_IsReadAgainUnderTheNewPlan()
    {
        using var stage = Stage();
        var before = stage.Read(EngineStage.Event("a", "m1", "Payment Declined"), EngineStage.Event("a", "m2", "Payment Declined"));
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));

        Assert.Equal(PostResult.Taken, stage.Host.TryPost(before));

        Assert.Equal(BatchResult.Durable, await EngineStage.Answer(before));
        Assert.IsType<Decision.Intervene>(Assert.Single(stage.Decisions));
    }

    private EngineStage Stage() => new(_log, _time, Small);
}
