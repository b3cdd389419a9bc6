using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>An engine that comes back from a checkpoint is the engine that never stopped; one that cannot use its checkpoint reads the log.</summary>
public sealed class CheckpointTests
{
    private const int Partitions = 8;
    private const int Requests = 160;

    private readonly ManualTime _time = new();
    private readonly InMemorySignalLog _log = new(Partitions);
    private readonly MemoryCheckpoints _store = new();

    [Theory]
    [InlineData(11UL, 1)]
    [InlineData(12UL, 1)]
    [InlineData(13UL, 2)]
    [InlineData(14UL, 2)]
    [InlineData(15UL, 3)]
    [Proves("R-24")]
    [Proves("R-05")]
    public async Task Recover_KilledAtRandomMoments_DecidesAsIfNeverInterrupted(ulong seed, int shards)
    {
        var (whole, _) = await Run(seed, shards, null);
        var (broken, used) = await Run(seed, shards, new SeededRandom(seed));

        Assert.True(whole.Decisions.Count > 20, $"the script leads to {whole.Decisions.Count} decisions");
        Assert.True(used > 2, $"{used} lives began from a checkpoint");
        Assert.Equal(InOrder(whole), InOrder(broken));
    }

    [Fact]
    [Proves("R-05")]
    public async Task Recover_FromCheckpoint_ReadsTheTailOnlyAndStillKnowsEveryMessage()
    {
        using (var stage = Stage())
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
            stage.Host.MakeCheckpoint();
            await stage.PostAsync(EngineStage.Event("b", "m2", "Payment Declined"));
            _store.Freeze();
        }

        _store.Thaw();
        using var second = Stage();
        Assert.Equal(1, second.Recovered);
        Assert.NotNull(second.Host.Recovered!.Checkpoint);
        await second.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"), EngineStage.Event("b", "m2", "Payment Declined"));
        Assert.Equal(2, second.Host.Counters.Duplicates);
        await second.PostAsync(EngineStage.Event("a", "m3", "Payment Declined"));
        Assert.IsType<Decision.Intervene>(Assert.Single(second.Decisions));
    }

    [Fact]
    public async Task Stop_InOrder_LeavesACheckpointThatNeedsNoLog()
    {
        using (var stage = Stage())
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
        }

        using var second = Stage();
        Assert.Equal(0, second.Recovered);
        Assert.Null(second.Host.LastCheckpoint?.Fault);
        Assert.Equal(1, second.Host.Snapshot().LiveSessions);
    }

    [Fact]
    public async Task MakeCheckpoint_Often_KeepsTwoAndOnlyTheirKeyTables()
    {
        // 1,024 keys a table: a few hundred signals fill one.
        using var stage = Stage();
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        for (var i = 0; i < 8; i++)
        {
            for (var n = 0; n < 4; n++)
            {
                await stage.PostAsync([.. Enumerable.Range(0, 400).Select(e => EngineStage.Event($"v{e}", $"m{i}-{n}-{e}", "Something"))]);
            }

            stage.Host.MakeCheckpoint();
            Assert.Null(stage.Host.LastCheckpoint!.Fault);
        }

        Assert.Equal(2, _store.Checkpoints.Count());
        Assert.InRange(_store.Files.Count, 3, 2 + (2 * 2 * 3));
        stage.Dispose();
        using var second = Stage();
        await second.PostAsync([.. Enumerable.Range(0, 400).Select(e => EngineStage.Event($"v{e}", $"m7-3-{e}", "Something"))]);
        Assert.Equal(400, second.Host.Counters.Duplicates);
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("truncated")]
    [InlineData("version")]
    [InlineData("empty")]
    [InlineData("foreign")]
    [InlineData("ahead")]
    [InlineData("other history")]
    [InlineData("shards")]
    [Proves("R-05")]
    public async Task Recover_CheckpointOfNoUse_SaysSoAndReadsTheWholeLog(string what)
    {
        using (var stage = Stage())
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"), EngineStage.Event("b", "m2", "Payment Declined"));
        }

        var name = Assert.Single(_store.Checkpoints);
        var random = new SeededRandom(3);
        for (var round = 0; round < (what == "flipped" ? 60 : 1); round++)
        {
            var sound = _store.Files[name];
            var bytes = (byte[])sound.Clone();
            var log = _log;
            switch (what)
            {
                case "flipped":
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case "truncated":
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
                case "version":
                    bytes[4]++;
                    break;
                case "empty":
                    bytes = [];
                    break;
                case "foreign":
                    // The head's first bytes name the installation; its checksum is made right again.
                    bytes[28] ^= 1;
                    BitConverter.TryWriteBytes(bytes.AsSpan(20), CheckpointBuffer.Checksum(bytes.AsSpan(28, BitConverter.ToInt32(bytes, 16))));
                    BitConverter.TryWriteBytes(bytes.AsSpan(24), CheckpointBuffer.Checksum(bytes.AsSpan(8, 16)));
                    break;
                case "ahead":
                    log = await Other("a");
                    break;
                case "other history":
                    log = await Other("a", "x", "b", "y");
                    break;
                default:
                    break;
            }

            _store.Files[name] = bytes;
            using var second = new EngineStage(log, _time, Options(what == "shards" ? 1 : 2), null, _store);
            _store.Files[name] = sound;
            Assert.Equal(log.Records.Count, second.Recovered);
            Assert.Null(second.Host.Recovered!.Checkpoint);
            Assert.NotEmpty(second.Host.Recovered.Ignored);
            _store.Freeze();
        }
    }

    [Fact]
    [Proves("R-31")]
    [Proves("R-71")]
    public async Task Recover_FromCheckpoint_KnowsNamesOfTheLivingAndNotOfTheErased()
    {
        using (var stage = Stage())
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.PostAsync(Identify("a", "Adalbert"), Identify("b", "Bernadette"));
            await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"), EngineStage.Event("b", "m2", "Payment Declined"));
        }

        Assert.All(_store.Files.Values, bytes => Assert.Equal(-1, bytes.AsSpan().IndexOf("Adalbert"u8)));
        _log.EraseVisitor(EngineStage.VisitorOf("b"));
        using var second = Stage();
        Assert.Equal(1, second.Host.Recovered!.Names);
        await second.PostAsync(EngineStage.Event("a", "m3", "Payment Declined"), EngineStage.Event("b", "m4", "Payment Declined"));
        var bodies = second.Channel.Sent.Select(r => (r.Visitor, Body: System.Text.Encoding.UTF8.GetString(r.Body.Span))).ToList();
        Assert.Equal(2, bodies.Count);
        Assert.Contains(bodies, b => b.Visitor == EngineStage.VisitorOf("a") && b.Body.Contains("Adalbert", StringComparison.Ordinal));
        Assert.DoesNotContain(bodies, b => b.Body.Contains("Bernadette", StringComparison.Ordinal));
    }

    [Fact]
    [Proves("R-10")]
    public async Task Recover_TimersDueMeanwhile_FireAtTheStartInOrder()
    {
        var one = new EngineOptions { Partitions = Partitions, Shards = 1, DedupeKeysPerTable = 1024, DedupeTables = 2 };
        using (var stage = new EngineStage(_log, _time, one, null, _store))
        {
            await stage.ActivateAsync(CartPack.Source);
            for (var i = 0; i < 12; i++)
            {
                await stage.PostAsync(EngineStage.Event($"v{i}", $"m{i}", "Product Added"));
                _time.Advance(TimeSpan.FromMilliseconds(700));
            }
        }

        _time.Advance(TimeSpan.FromMinutes(10));
        using var second = new EngineStage(_log, _time, one, null, _store);
        Assert.NotNull(second.Host.Recovered!.Checkpoint);
        Assert.True(SpinWait.SpinUntil(() => _log.Decisions.Count == 12, TimeSpan.FromSeconds(30)));
        foreach (var partition in second.Decisions.GroupBy(d => d.Facts.Position.Partition))
        {
            Assert.Equal(partition.Select(d => d.Facts.At).Order(), partition.Select(d => d.Facts.At));
        }
    }

    [Fact]
    [Proves("R-05")]
    public async Task MakeCheckpoint_LogStalled_IsNeverAheadOfTheLog()
    {
        var stage = Stage();
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        _log.Stall(new IOException("the disk is full"));
        var lost = stage.Read(EngineStage.Event("a", "m1", "Payment Declined"));
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(lost));
        Assert.Equal(BatchResult.Stalled, await EngineStage.Answer(lost));

        await EngineStage.Bounded(Task.Run(stage.Host.Stop));

        Assert.Empty(_store.Checkpoints);
    }

    private static string Identify(string visitor, string name) =>
        $$$"""{"type":"identify","anonymousId":"{{{visitor}}}","messageId":"id-{{{visitor}}}","traits":{"firstName":"{{{name}}}"}}""";

    private static EngineOptions Options(int shards) => new()
    {
        Partitions = Partitions, Shards = shards, DedupeKeysPerTable = 1024, DedupeTables = 3, CheckpointEvery = TimeSpan.FromDays(1), StopPatience = TimeSpan.FromMilliseconds(100),
    };

    private static IEnumerable<string> InOrder(InMemorySignalLog log) => log.Decisions
        .OrderBy(d => d.Position.Partition).ThenBy(d => d.Position.Offset).ThenBy(d => d.Scenario, StringComparer.Ordinal).Select(d => Convert.ToHexString(d.Body));

    private static async Task<InMemorySignalLog> Other(params string[] visitors)
    {
        var log = new InMemorySignalLog(Partitions);
        using var stage = new EngineStage(log, new ManualTime(), Options(2));
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        for (var i = 0; i < visitors.Length; i++)
        {
            await stage.PostAsync(EngineStage.Event(visitors[i], $"other{i}", "Payment Declined"));
        }

        return log;
    }

    /// <summary>Plays a script; with chance, kills the engine now and then, with a checkpoint made at another moment.</summary>
    private static async Task<(InMemorySignalLog Log, int Used)> Run(ulong seed, int shards, SeededRandom? chance)
    {
        var log = new InMemorySignalLog(Partitions);
        var time = new ManualTime();
        var store = new MemoryCheckpoints();
        var script = new SignalScript(seed);
        var source = EngineStage.SourceOf("checkout-failure", "password-lockout");
        var used = 0;
        var stage = new EngineStage(log, time, Options(shards), null, store);
        for (var r = 0; r < Requests; r++)
        {
            if (r == 0)
            {
                await stage.ActivateAsync(source);
            }
            else if (r == Requests / 2)
            {
                source = source.With(new PolicyOverride { Scenario = new ScenarioKey("checkout-failure"), Threshold = 34, CoolDown = TimeSpan.Zero });
                await stage.ActivateAsync(source);
            }
            else if (r == Requests * 3 / 4)
            {
                await stage.ControlAsync(new ControlRecord.Kill(true, "a person", "enough"));
            }
            else if (r == (Requests * 3 / 4) + 5)
            {
                await stage.ControlAsync(new ControlRecord.Kill(false, "a person", "go on"));
                await stage.ControlAsync(new ControlRecord.Switch(new ScenarioKey("password-lockout"), false, "a person", "not now"));
            }

            var (pause, events) = script.Next();
            time.Advance(pause);
            await stage.PostAsync(events);
            if (chance?.Next(8) == 0)
            {
                stage.Host.MakeCheckpoint();
                Assert.Null(stage.Host.LastCheckpoint!.Fault);
            }

            if (chance?.Next(12) == 0)
            {
                store.Freeze();
                stage.Dispose();
                store.Thaw();
                stage = new EngineStage(log, time, Options(shards), null, store);
                used += stage.Host.Recovered!.Checkpoint is null ? 0 : 1;
                Assert.Empty(stage.Host.Recovered.Ignored);
            }
        }

        stage.Dispose();
        return (log, used);
    }

    private EngineStage Stage() => new(_log, _time, Options(2), null, _store);
}
