using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>Timers on the wall clock: once, at their moment, in one order that the log keeps.</summary>
public sealed class TimerTests
{
    private const int Partitions = 4;
    private static readonly EngineOptions OneShard = new() { Partitions = Partitions, Shards = 1, DedupeKeysPerTable = 1024, DedupeTables = 2 };

    private readonly ManualTime _time = new();
    private readonly InMemorySignalLog _log = new(Partitions);

    [Fact]
    [Proves("R-10")]
    public async Task Timer_IdlePartition_FiresOnceAtItsMomentThroughATick()
    {
        var start = Moment.From(_time.GetUtcNow());
        using (var stage = new EngineStage(_log, _time, OneShard))
        {
            await stage.ActivateAsync(CartPack.Source);
            await stage.PostAsync(EngineStage.Event("leaves", "m1", "Product Added"), EngineStage.Event("buys", "m2", "Product Added"));
            await stage.PostAsync(EngineStage.Event("buys", "m3", "Checkout Started"));
            _time.Advance(TimeSpan.FromMilliseconds(59_999));
            await stage.PostAsync(EngineStage.Event("leaves", "m4", "Something"));
            Assert.Empty(stage.Decisions);

            _time.Advance(TimeSpan.FromSeconds(5));

            Assert.True(SpinWait.SpinUntil(() => _log.Decisions.Count > 0, TimeSpan.FromSeconds(30)));
            var decision = Assert.IsType<Decision.Intervene>(Assert.Single(stage.Decisions));
            Assert.Equal("cart_left", decision.Facts.Timer);
            Assert.Equal(start + TimeSpan.FromSeconds(60), decision.Facts.At);
            Assert.Equal(EngineStage.VisitorOf("leaves"), decision.Facts.Visitor);
            var tick = _log.Records.Single(r => r.Header.Partition == decision.Facts.Position.Partition && r.Header.Offset == decision.Facts.Position.Offset);
            Assert.Equal(RecordKind.Tick, tick.Header.Kind);
            _time.Advance(TimeSpan.FromMinutes(5));
            await stage.PostAsync(EngineStage.Event("leaves", "m5", "Something"));
        }

        using var second = new EngineStage(_log, _time, OneShard);
        _time.Advance(TimeSpan.FromMinutes(5));
        await second.PostAsync(EngineStage.Event("leaves", "m6", "Something"));
        Assert.Single(second.Decisions);
    }

    [Fact]
    [Proves("R-10")]
    public async Task Timer_RecoveredEngine_FiresWhatWasArmedBefore()
    {
        using (var stage = new EngineStage(_log, _time, OneShard))
        {
            await stage.ActivateAsync(CartPack.Source);
            await stage.PostAsync(EngineStage.Event("leaves", "m1", "Product Added"));
        }

        _time.Advance(TimeSpan.FromMinutes(2));
        using var second = new EngineStage(_log, _time, OneShard);
        Assert.True(SpinWait.SpinUntil(() => _log.Decisions.Count > 0, TimeSpan.FromSeconds(30)));
        Assert.Equal("cart_left", Assert.Single(second.Decisions).Facts.Timer);
    }

    [Fact]
    [Proves("R-10")]
    public async Task Timer_BusyShard_FiresOnItsIdlePartitionsToo()
    {
        var gate = new GatedLog(_log);
        using var stage = new EngineStage(_log, _time, OneShard, gate);
        await stage.ActivateAsync(CartPack.Source);
        var (idle, busy) = (stage.VisitorOn(0, Partitions), stage.VisitorOn(1, Partitions));
        await stage.PostAsync(EngineStage.Event(idle, "m1", "Product Added"));
        gate.Hold(0);
        var held = stage.Read(EngineStage.Event(busy, "m2", "Something"));
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(held));
        gate.AwaitHeld(0);
        var waiting = stage.Read(EngineStage.Event(busy, "m3", "Something"));
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(waiting));
        _time.Advance(TimeSpan.FromSeconds(60));

        gate.Let(0);

        // The round that takes the waiting signal fires what is due, so both are durable together.
        Assert.Equal(BatchResult.Durable, await EngineStage.Answer(waiting));
        Assert.Equal("cart_left", Assert.Single(stage.Decisions).Facts.Timer);
    }

    [Fact]
    [Proves("R-24")]
    public async Task VisitorReplay_TimerBeforeAnotherVisitorsSignal_IsMadeAgainBitForBit()
    {
        var one = new EngineOptions { Partitions = 1, Shards = 1, DedupeKeysPerTable = 1024, DedupeTables = 2 };
        var log = new InMemorySignalLog(1);
        var gate = new GatedLog(log);
        using var stage = new EngineStage(log, _time, one, gate);
        await stage.ActivateAsync(CartPack.Source);
        await stage.PostAsync(EngineStage.Event("leaves", "m1", "Product Added"));
        gate.Hold(0);
        var held = stage.Read(EngineStage.Event("other", "m2", "Something"));
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(held));
        gate.AwaitHeld(0);
        var waiting = stage.Read(EngineStage.Event("other", "m3", "Something"));
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(waiting));
        _time.Advance(TimeSpan.FromSeconds(60));
        gate.Let(0);
        Assert.Equal(BatchResult.Durable, await EngineStage.Answer(waiting));
        var recorded = Assert.Single(stage.Decisions);
        Assert.Contains(log.Records, r => r.Header.Offset == recorded.Facts.Position.Offset && r.Header.Visitor == EngineStage.VisitorOf("other"));

        var replay = new VisitorReplay(EngineStage.VisitorOf("leaves"), 0, EngineClock.Wall, EngineStage.Parser, new PlanBook(PackFiles.Hash));
        foreach (var (header, payload) in log.Records)
        {
            // As the log gives it: of others no more than the header.
            replay.OnRecord(in header, header.Kind == RecordKind.Signal && header.Visitor != EngineStage.VisitorOf("leaves") ? default : payload);
        }

        Assert.Equal(DecisionCodec.Encode(recorded), DecisionCodec.Encode(Assert.Single(replay.Decisions)));
        Assert.False(replay.MetErasure);
    }
}
