using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>A broken signal reaches decisions as a control record: its scenarios abstain from there on, in every life and in every replay.</summary>
[Proves("R-72")]
public sealed class SignalStaleTests
{
    private const int Partitions = 8;
    private static readonly EngineOptions Small = new() { Partitions = Partitions, Shards = 2, DedupeKeysPerTable = 1024, DedupeTables = 2 };

    private readonly ManualTime _time = new();
    private readonly InMemorySignalLog _log = new(Partitions);

    [Fact]
    public async Task ControlAsync_SignalBrokenThenKept_DependentsAbstainThenSpeak()
    {
        using var stage = new EngineStage(_log, _time, Small);
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure", "password-lockout"));
        Assert.Equal(["checkout-failure"], stage.Host.CurrentPlan.DependentsOf("Payment Declined").Select(key => key.Value));
        await BreakAsync(stage, SignalFault.Silent);

        await DeclineTwiceAsync(stage, "a");
        Assert.Equal(DecisionReason.SignalStale, Assert.IsType<Decision.Suppress>(Assert.Single(stage.Decisions)).Reason);
        Assert.False(stage.Host.CurrentPlan.Scenarios.Single(s => s.Policy.Key.Value == "password-lockout").IsStale);

        await BreakAsync(stage, SignalFault.None);
        await stage.PostAsync(EngineStage.Event("a", "a3", "Field Error"));
        Assert.IsType<Decision.Intervene>(stage.Decisions[^1]);
    }

    [Fact]
    [Proves("R-24")]
    public async Task ControlAsync_AnotherPolicyWhileBroken_MendsNoSignal()
    {
        using var stage = new EngineStage(_log, _time, Small);
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        await BreakAsync(stage, SignalFault.Invalid);
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure", "password-lockout"));

        Assert.Equal(SignalFault.Invalid, stage.Host.CurrentPlan.SignalFaults["Payment Declined"]);
        await DeclineTwiceAsync(stage, "a");
        Assert.Equal(DecisionReason.SignalStale, Assert.Single(stage.Decisions).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Proves("R-24")]
    public async Task Recover_WhileBroken_StillAbstainsAndReplaysBitForBit(bool fromCheckpoint)
    {
        var checkpoints = new MemoryCheckpoints();
        using (var stage = new EngineStage(_log, _time, Small, checkpoints: fromCheckpoint ? checkpoints : null))
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await BreakAsync(stage, SignalFault.Silent);
            await BreakAsync(stage, SignalFault.None);
            await BreakAsync(stage, SignalFault.Silent);
            await DeclineTwiceAsync(stage, "a");
        }

        using var second = new EngineStage(_log, _time, Small, checkpoints: fromCheckpoint ? checkpoints : null);
        Assert.Equal(fromCheckpoint, second.Host.Recovered?.Checkpoint is not null);
        Assert.Equal(SignalFault.Silent, second.Host.CurrentPlan.SignalFaults["Payment Declined"]);
        await DeclineTwiceAsync(second, "b");
        await BreakAsync(second, SignalFault.None);
        await second.PostAsync(EngineStage.Event("b", "b3", "Field Error"));

        Assert.Equal([DecisionReason.SignalStale, DecisionReason.SignalStale, DecisionReason.Chosen], second.Decisions.Select(d => d.Reason));
        foreach (var recorded in second.Decisions.GroupBy(d => d.Facts.Visitor))
        {
            var partition = second.Host.PartitionOf(recorded.Key);
            var replay = new VisitorReplay(recorded.Key, partition, EngineClock.Wall, EngineStage.Parser, new PlanBook(PackFiles.Hash));
            foreach (var (header, payload) in _log.Records.Where(r => r.Header.Partition == partition))
            {
                replay.OnRecord(in header, payload);
            }

            Assert.Equal(recorded.Select(d => (d.Id, d.Reason)), replay.Decisions.Select(d => (d.Id, d.Reason)));
        }
    }

    [Fact]
    public void TryDecode_Freshness_ReadsWhatWasWrittenAndRefusesTheRest()
    {
        var record = new ControlRecord.Freshness("Payment Declined", SignalFault.Invalid, "", "");
        Assert.True(ControlCodec.TryDecode(ControlCodec.Encode(record), out var read, out _));
        Assert.Equal(record, read);

        Assert.False(ControlCodec.TryDecode("""{"control":"freshness","signal":"x","fault":"tired","by":"","why":""}"""u8.ToArray(), out _, out var fault));
        Assert.Contains("none, silent or invalid", fault, StringComparison.Ordinal);
    }

    private static Task BreakAsync(EngineStage stage, SignalFault fault) => stage.ControlAsync(new ControlRecord.Freshness("Payment Declined", fault, "", ""));

    private static Task DeclineTwiceAsync(EngineStage stage, string visitor) => stage.PostAsync(
        EngineStage.Event(visitor, visitor + "1", "Payment Declined"), EngineStage.Event(visitor, visitor + "2", "Payment Declined"));
}
