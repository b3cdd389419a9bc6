using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>A partition copied and restored at any record goes on like the original, in every byte of its state.</summary>
public sealed class PartitionCopyTests
{
    private const int Partitions = 4;

    [Theory]
    [InlineData(1UL, EngineClock.Wall)]
    [InlineData(2UL, EngineClock.Wall)]
    [InlineData(3UL, EngineClock.Event)]
    [InlineData(4UL, EngineClock.Event)]
    [Proves("R-24")]
    public async Task Restore_AtRandomRecords_EndsInTheSameBytes(ulong seed, EngineClock clock)
    {
        var log = await Record(seed, clock);
        var book = new PlanBook(PackFiles.Hash);
        var host = new EngineHost(
            new EngineOptions { Partitions = Partitions, Shards = 2, Clock = clock, DedupeKeysPerTable = 1024, DedupeTables = 2 },
            new EngineParts(log, EngineStage.Parser, book, null, [], new SendGates(), new ManualTime()));
        var visitors = log.Records.Select(r => r.Header.Visitor).Distinct().ToList();
        var (whole, often) = (New(clock), New(clock));
        var dedupe = new DedupeTable(1024, 2);
        var chance = new SeededRandom(seed);
        var restored = 0;
        var (straight, broken) = (new Recovery(host, whole, [dedupe]), new Recovery(host, often, [new DedupeTable(1024, 2)]));
        foreach (var (header, payload) in log.Records)
        {
            straight.OnRecord(in header, payload);
            broken.OnRecord(in header, payload);
            if (chance.Next(9) == 0)
            {
                var p = chance.Next(Partitions);
                often[p] = CopyOf(often[p], clock, book, log);
                restored++;
            }
        }

        Assert.True(restored > 20);
        for (var p = 0; p < Partitions; p++)
        {
            Assert.Equal(StateOf(whole[p], visitors), StateOf(often[p], visitors));
        }

        Assert.Contains(whole, p => p.Timers > 0 || clock == EngineClock.Wall);
    }

    private static PartitionState[] New(EngineClock clock) => [.. Enumerable.Range(0, Partitions).Select(p => new PartitionState(p, clock, Plan.Empty(PackFiles.Hash)))];

    private static PartitionState CopyOf(PartitionState original, EngineClock clock, PlanBook book, InMemorySignalLog log)
    {
        using var buffer = new CheckpointBuffer();
        var controls = new List<byte[]>();
        original.Write(buffer, controls);
        var copy = new PartitionState(original.Index, clock, Plan.Empty(PackFiles.Hash));
        copy.Restore(buffer.Written, controls, book);
        PartitionState[] all = [.. Enumerable.Range(0, Partitions).Select(p => p == copy.Index ? copy : new PartitionState(p, clock, Plan.Empty(PackFiles.Hash)))];
        var names = new NameReader(all);
        log.ReadAt(names.Wanted, names, CancellationToken.None);
        names.End();
        return copy;
    }

    /// <summary>Everything but the order in which tables and queues happen to hold it.</summary>
    private static string StateOf(PartitionState state, List<VisitorId> visitors)
    {
        using var buffer = new CheckpointBuffer();
        state.Write(buffer, []);
        var timers = buffer.Written[^(state.Timers * 44)..].ToArray().Chunk(44).Select(Convert.ToHexString).Order(StringComparer.Ordinal);
        var head = $"{state.NextOffset} {state.LastAt} {state.Newest} {state.Visitors} {state.LiveSessions} {state.NextDue} {state.Plan.Fingerprint} {state.Plan.Killed}";
        buffer.Clear();
        foreach (var visitor in visitors.Select(state.Find).OfType<VisitorState>())
        {
            VisitorCodec.Write(buffer, visitor);
            buffer.Block(System.Text.Encoding.UTF8.GetBytes(visitor.DisplayName ?? ""));
            buffer.Block(System.Text.Encoding.UTF8.GetBytes(string.Join(';', visitor.Link?.Facts.Select(f => f.ToString()) ?? [])));
        }

        foreach (var customer in visitors.Select(state.FindCustomer).OfType<CustomerState>())
        {
            LinkCodec.Write(buffer, customer);
            buffer.Block(System.Text.Encoding.UTF8.GetBytes(string.Join(';', customer.Profile())));
        }

        return $"{head}\n{string.Join(' ', timers)}\n{Convert.ToHexString(buffer.Written)}";
    }

    private static async Task<InMemorySignalLog> Record(ulong seed, EngineClock clock)
    {
        var log = new InMemorySignalLog(Partitions);
        var time = new ManualTime();
        var script = new SignalScript(seed);
        var source = EngineStage.SourceOf("checkout-failure", "password-lockout");
        source = source with { Packs = source.Packs.Add(CartPack.Bytes) };
        using var stage = new EngineStage(log, time, new EngineOptions { Partitions = Partitions, Shards = 2, Clock = clock, DedupeKeysPerTable = 1024, DedupeTables = 2 });
        await stage.ActivateAsync(source);
        for (var r = 0; r < 150; r++)
        {
            if (r == 50)
            {
                await stage.ActivateAsync(source.With(new PolicyOverride { Scenario = new ScenarioKey("checkout-failure"), Threshold = 34, CoolDown = TimeSpan.Zero }));
            }
            else if (r == 90)
            {
                // Other windows: sessions are built anew.
                await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure") with { Packs = [PackFiles.Bytes("checkout-failure"), CartPack.Bytes] });
            }

            var (pause, events) = script.Next();
            time.Advance(pause);
            await stage.PostAsync(events);
            await stage.PostAsync(
                SignalFlags.Verified,
                EngineStage.Identify($"s{r % 20}", $"user{r}", $"u{r % 6}", $"\"tier\":\"tier {r}\""),
                $$$"""{"type":"track","event":"Order Completed","userId":"u{{{r % 6}}}","messageId":"order{{{r}}}","properties":{"name":"Thing {{{r}}}","amount":{{{r}}}}}""");
            var who = script.Next().Events.Length;
            await stage.PostAsync(
                $$$"""{"type":"identify","anonymousId":"s{{{r % 20}}}","messageId":"id{{{r}}}","traits":{"firstName":"Name {{{who}}}"}}""",
                $$$"""{"type":"track","event":"Payment Declined","anonymousId":"s{{{r % 7}}}","messageId":"x{{{r}}}","context":{"sessionId":"call-{{{r % 3}}}"}}""");
            if (clock == EngineClock.Event && r % 10 == 9)
            {
                await EngineStage.Bounded(stage.Host.AdvanceClockAsync(Moment.From(time.GetUtcNow())));
            }
        }

        Assert.Contains(log.Records, record => record.Header.Kind != RecordKind.Signal);
        return log;
    }
}
