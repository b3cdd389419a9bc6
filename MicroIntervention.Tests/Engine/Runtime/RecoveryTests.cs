using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>What the engine decides depends on its log alone: not on when it was started again, and not on who asks.</summary>
public sealed class RecoveryTests
{
    private const int Partitions = 8;
    private const int Requests = 160;
    private static readonly EngineOptions Options = new() { Partitions = Partitions, Shards = 2, DedupeKeysPerTable = 4096, DedupeTables = 2 };

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    [Proves("R-24")]
    public async Task Recover_InTheMiddle_DecidesAsIfNeverInterrupted(ulong seed)
    {
        var whole = await Run(seed, lives: 1);
        var broken = await Run(seed, lives: 5);

        Assert.True(whole.Decisions.Count > 20, $"the script leads to {whole.Decisions.Count} decisions");
        Assert.Equal(InOrder(whole).Select(d => d.Id), InOrder(broken).Select(d => d.Id));
        Assert.Equal(InOrder(whole).Select(d => Convert.ToHexString(d.Body)), InOrder(broken).Select(d => Convert.ToHexString(d.Body)));
        Assert.Equal(whole.Decisions.Count, whole.Decisions.Select(d => d.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [Proves("R-20")]
    [Proves("R-24")]
    public async Task Recover_ThresholdLoweredUnderARunningSession_DecidesAtTheSignalAboutIt(bool restart, bool withCheckpoint)
    {
        var (log, time, key) = (new InMemorySignalLog(Partitions), new ManualTime(), new ScenarioKey("checkout-failure"));
        ICheckpointStore? checkpoints = withCheckpoint ? new MemoryCheckpoints() : null;
        var source = EngineStage.SourceOf("checkout-failure");
        var stage = new EngineStage(log, time, Options, checkpoints: checkpoints);
        try
        {
            await stage.ActivateAsync(source with { Overrides = [new PolicyOverride { Scenario = key, Threshold = 85 }] });
            await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"), EngineStage.Event("a", "m2", "Payment Declined"));
            await stage.ActivateAsync(source);
            await stage.PostAsync(EngineStage.Event("a", "m3", "Element Clicked"));
            if (restart)
            {
                stage.Dispose();
                stage = new EngineStage(log, time, Options, checkpoints: checkpoints);
                Assert.Equal(withCheckpoint, stage.Host.Recovered!.Checkpoint is not null);
            }

            await stage.PostAsync(EngineStage.Event("a", "m4", "Product Viewed"));
            Assert.Empty(stage.Decisions);
            await stage.PostAsync(EngineStage.Event("a", "m5", "Field Error"), EngineStage.Event("a", "m6", "Field Error"));
        }
        finally
        {
            stage.Dispose();
        }

        var decision = Assert.IsType<Decision.Intervene>(Assert.Single(stage.Decisions));
        Assert.Equal("m5", SignalText.Read(log.Records.Single(r => r.Header.Message == decision.Facts.Cause).Payload, "messageId"));
        var replay = new VisitorReplay(decision.Facts.Visitor, decision.Facts.Position.Partition, EngineClock.Wall, EngineStage.Parser, new PlanBook(PackFiles.Hash));
        log.Read(new long[Partitions], replay, CancellationToken.None);
        Assert.Equal(Convert.ToHexString(log.Decisions[0].Body), Convert.ToHexString(DecisionCodec.Encode(Assert.Single(replay.Decisions))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Proves("R-24")]
    public async Task VisitorReplay_EveryRecordedDecision_IsMadeAgainBitForBit(bool othersToo)
    {
        var log = await Run(4, lives: 2);
        var visitors = log.Decisions.GroupBy(d => d.Visitor).ToList();
        Assert.NotEmpty(visitors);
        foreach (var recorded in visitors)
        {
            var partition = (int)(recorded.Key.Value.Low % Partitions);
            var replay = new VisitorReplay(recorded.Key, partition, EngineClock.Wall, EngineStage.Parser, new PlanBook(PackFiles.Hash));
            foreach (var (header, payload) in log.Records)
            {
                var wanted = othersToo || header.Kind != RecordKind.Signal || header.Visitor == recorded.Key;
                replay.OnRecord(in header, wanted ? payload : default);
            }

            Assert.Equal(recorded.Select(d => Convert.ToHexString(d.Body)), replay.Decisions.Select(d => Convert.ToHexString(DecisionCodec.Encode(d))));
            Assert.All(recorded, d => Assert.NotNull(replay.Find(d.Id)));
            Assert.False(replay.MetErasure);
        }
    }

    [Fact]
    public async Task VisitorReplay_ErasedVisitor_SaysSo()
    {
        var log = await Run(5, lives: 1);
        var visitor = log.Decisions[0].Visitor;
        log.EraseVisitor(visitor);
        var replay = new VisitorReplay(visitor, (int)(visitor.Value.Low % Partitions), EngineClock.Wall, EngineStage.Parser, new PlanBook(PackFiles.Hash));
        log.Read(new long[Partitions], replay, CancellationToken.None);
        Assert.True(replay.MetErasure);
        Assert.Empty(replay.Decisions);
    }

    private static IEnumerable<DecisionEntry> InOrder(InMemorySignalLog log) =>
        log.Decisions.OrderBy(d => d.Position.Partition).ThenBy(d => d.Position.Offset).ThenBy(d => d.Scenario, StringComparer.Ordinal);

    /// <summary>Plays a script to engines that follow each other on one log, with policy changes on the way.</summary>
    private static async Task<InMemorySignalLog> Run(ulong seed, int lives)
    {
        var log = new InMemorySignalLog(Partitions);
        var time = new ManualTime();
        var script = new SignalScript(seed);
        var source = EngineStage.SourceOf("checkout-failure", "password-lockout");
        for (var life = 0; life < lives; life++)
        {
            using var stage = new EngineStage(log, time, Options);
            for (var r = Requests * life / lives; r < Requests * (life + 1) / lives; r++)
            {
                if (r == 0)
                {
                    await stage.ActivateAsync(source);
                }
                else if (r == Requests / 2)
                {
                    await stage.ActivateAsync(source.With(new PolicyOverride { Scenario = new ScenarioKey("checkout-failure"), Threshold = 34, CoolDown = TimeSpan.Zero }));
                }

                var (pause, events) = script.Next();
                time.Advance(pause);
                await stage.PostAsync(events);
            }
        }

        return log;
    }
}
