using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>Partitions do not touch each other: in whatever order their records come, the same decisions and the same state follow.</summary>
public sealed class InterleavingTests
{
    private const int Partitions = 8;
    private const int Orders = 60;
    private static readonly EngineOptions Options = new() { Partitions = Partitions, Shards = 2, DedupeKeysPerTable = 4096, DedupeTables = 2 };

    [Fact]
    [Proves("R-81")]
    [Proves("R-10")]
    public async Task Recover_AnyInterleavingOfPartitions_GivesSameDecisionsAndState()
    {
        var log = await Record();
        var recorded = Enumerable.Range(0, Partitions)
            .Select(p => log.Records.Where(r => r.Header.Partition == p).ToList())
            .ToList();
        var visitors = log.Records.Select(r => r.Header.Visitor).Distinct().Where(v => !v.Value.IsZero).OrderBy(v => v.Value).ToList();
        var made = log.Decisions.GroupBy(d => d.Position.Partition).OrderBy(g => g.Key).SelectMany(g => g).Select(d => Convert.ToHexString(d.Body)).ToList();
        Assert.True(made.Count > 20);
        Assert.Contains(log.Records, r => r.Header.Kind == RecordKind.Tick);
        Assert.True(log.Records.Count(r => r.Header.Kind == RecordKind.Internal) > 100);
        var book = new PlanBook(PackFiles.Hash);
        string? expected = null;
        for (var order = 0; order < Orders; order++)
        {
            var random = new SeededRandom((ulong)order);
            var rig = new PartitionRig(Partitions, book);
            var host = new EngineHost(
                Options, new EngineParts(log, EngineStage.Parser, book, null, [], new SendGates(), new ManualTime()));
            PartitionState[] recovered = [.. Enumerable.Range(0, Partitions).Select(p => new PartitionState(p, EngineClock.Wall, host.CurrentPlan))];
            var recovery = new Recovery(host, recovered, [new DedupeTable(1024, 2)]);
            var at = new int[Partitions];
            for (var left = log.Records.Count; left > 0;)
            {
                var p = random.Next(Partitions);
                for (var run = 1 + random.Next(5); run > 0 && at[p] < recorded[p].Count; run--, left--)
                {
                    var (header, payload) = recorded[p][at[p]++];
                    rig.Feed(in header, payload);
                    recovery.OnRecord(in header, payload);
                }
            }

            Assert.Equal(made, rig.Bytes);
            var state = string.Concat(rig.States.Select(s => PartitionRig.StateOf(s, visitors)));
            expected ??= state;
            Assert.Equal(expected, state);
            Assert.Equal(expected, string.Concat(recovered.Select(s => PartitionRig.StateOf(s, visitors))));
        }
    }

    [Fact]
    [Proves("R-06")]
    [Proves("R-24")]
    public async Task VisitorReplay_CustomersVisitors_MakesEveryDecisionAgain()
    {
        var log = await Record();
        foreach (var recorded in log.Decisions.GroupBy(d => d.Visitor))
        {
            var replay = new VisitorReplay(recorded.Key, (int)(recorded.Key.Value.Low % Partitions), EngineClock.Wall, EngineStage.Parser, new PlanBook(PackFiles.Hash));
            log.Read(new long[Partitions], replay, CancellationToken.None);
            Assert.Equal(recorded.Select(d => Convert.ToHexString(d.Body)), replay.Decisions.Select(d => Convert.ToHexString(MicroIntervention.Engine.Decisions.DecisionCodec.Encode(d))));
        }
    }

    private static async Task<InMemorySignalLog> Record()
    {
        var log = new InMemorySignalLog(Partitions);
        var time = new ManualTime();
        var script = new SignalScript(9);
        var source = EngineStage.SourceOf("checkout-failure", "password-lockout");
        source = source with { Packs = source.Packs.Add(CartPack.Bytes) };
        using var stage = new EngineStage(log, time, Options);
        await stage.ActivateAsync(source);
        for (var r = 0; r < 160; r++)
        {
            if (r == 80)
            {
                await stage.ActivateAsync(source.With(new PolicyOverride { Scenario = new ScenarioKey("checkout-failure"), Threshold = 34, CoolDown = TimeSpan.Zero }));
            }

            var (pause, events) = script.Next();
            time.Advance(pause);
            await stage.PostAsync(events);
            if (r % 5 == 2)
            {
                // Three browsers a customer, who comes back on another of them, or as somebody else.
                await stage.PostAsync(SignalFlags.Verified, EngineStage.Identify($"s{r % 20}", $"id{r}", $"u{(r % 20 + (r / 100)) % 7}", "\"firstName\":\"A name\""));
            }
        }

        stage.Settle();

        // What still runs fires on partitions that nobody writes to any more.
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(SpinWait.SpinUntil(() => log.Records[^1].Header.Kind == RecordKind.Tick, TimeSpan.FromSeconds(30)));
        return log;
    }
}
