using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>Links, caps and profiles of customers come back from the log and from checkpoints as they were; personal words from the log alone.</summary>
[Proves("R-06")]
public sealed class CustomerRecoveryTests
{
    private const int Partitions = 8;

    [Theory]
    [InlineData(21UL, false)]
    [InlineData(22UL, false)]
    [InlineData(23UL, true)]
    [InlineData(24UL, true)]
    [Proves("R-24")]
    public async Task Recover_AtRandomMoments_DecidesAsIfNeverInterrupted(ulong seed, bool checkpoints)
    {
        var (whole, _) = await Run(seed, null, checkpoints: false);
        var (broken, lives) = await Run(seed, new SeededRandom(seed), checkpoints);

        Assert.True(lives > 3);
        Assert.True(whole.Decisions.Count > 20, $"the script leads to {whole.Decisions.Count} decisions");
        Assert.Contains(whole.Records, r => r.Header.Kind == RecordKind.Internal);
        Assert.Equal(InOrder(whole), InOrder(broken));
    }

    [Fact]
    [Proves("R-31")]
    [Proves("R-71")]
    public async Task Recover_FromCheckpoint_ProfileComesFromTheLog_AndNotOfTheErased()
    {
        var store = new MemoryCheckpoints();
        var log = new InMemorySignalLog(Partitions);
        var time = new ManualTime();
        using (var stage = new EngineStage(log, time, Options, null, store))
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            foreach (var (visitor, user, name) in new[] { ("a", "ua", "Adalbert"), ("b", "ub", "Bernadette") })
            {
                await stage.PostAsync(SignalFlags.Verified, EngineStage.Identify(visitor, "id-" + visitor, user));
                stage.Settle();

                // Said about the customer, by its server: the browser learns it from the home partition alone.
                await stage.PostAsync(SignalFlags.Verified, EngineStage.Identify(null, "p-" + visitor, user, $"\"firstName\":\"{name}\""));
                stage.Settle();
            }
        }

        Assert.All(store.Files.Values, bytes => Assert.Equal(-1, bytes.AsSpan().IndexOf("Adalbert"u8)));
        log.EraseVisitor(EngineStage.VisitorOf("b"));
        log.EraseVisitor(EngineStage.CustomerOf("ub"));
        using var second = new EngineStage(log, time, Options, null, store);
        Assert.NotNull(second.Host.Recovered!.Checkpoint);
        for (var i = 0; i < 2; i++)
        {
            await second.PostAsync(EngineStage.Event("a", $"a{i}", "Payment Declined"), EngineStage.Event("b", $"b{i}", "Payment Declined"));
        }

        var bodies = second.Channel.Sent.Select(r => (r.Visitor, Body: Encoding.UTF8.GetString(r.Body.Span))).ToList();
        Assert.Equal(2, bodies.Count);
        Assert.Contains(bodies, b => b.Visitor == EngineStage.VisitorOf("a") && b.Body.Contains("Adalbert", StringComparison.Ordinal));
        Assert.DoesNotContain(bodies, b => b.Body.Contains("Bernadette", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checkpoint_MessageUnderWay_IsToldAfterIt()
    {
        var store = new MemoryCheckpoints();
        var log = new InMemorySignalLog(Partitions);
        var time = new ManualTime();
        using (var stage = new EngineStage(log, time, Options, null, store))
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.PostAsync(SignalFlags.Verified, EngineStage.Identify("a", "id-a", "ua"));
            await stage.PostAsync(SignalFlags.Verified, EngineStage.Identify("b", "id-b", "ua"));
        }

        // Stopped without waiting: whatever was under way is told at the next start.
        using var second = new EngineStage(log, time, Options, null, store);
        second.Settle();
        await second.PostAsync(EngineStage.Event("a", "a1", "Payment Declined"), EngineStage.Event("a", "a2", "Payment Declined"));
        second.Settle();
        await second.PostAsync(EngineStage.Event("b", "b1", "Payment Declined"), EngineStage.Event("b", "b2", "Payment Declined"));
        second.Settle();
        Assert.Single(second.Channel.Sent);
    }

    private static EngineOptions Options => new()
    {
        Partitions = Partitions, Shards = 2, DedupeKeysPerTable = 1024, DedupeTables = 3, CheckpointEvery = TimeSpan.FromDays(1),
    };

    private static IEnumerable<string> InOrder(InMemorySignalLog log) => log.Decisions
        .OrderBy(d => d.Position.Partition).ThenBy(d => d.Position.Offset).ThenBy(d => d.Scenario, StringComparer.Ordinal).Select(d => Convert.ToHexString(d.Body));

    /// <summary>Eight browsers of three customers; one cause at a time, so that two runs give the same offsets.</summary>
    private static async Task<(InMemorySignalLog Log, int Lives)> Run(ulong seed, SeededRandom? chance, bool checkpoints)
    {
        var log = new InMemorySignalLog(Partitions);
        var store = new MemoryCheckpoints();
        var time = new ManualTime();
        var random = new SeededRandom(seed);
        var lives = 1;
        var stage = new EngineStage(log, time, Options, null, checkpoints ? store : null);
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure", "password-lockout"));
        for (var r = 0; r < 400; r++)
        {
            time.Advance(random.Next(20) == 0 ? TimeSpan.FromMinutes(32) : TimeSpan.FromSeconds(random.Next(40)));
            var who = random.Next(8);
            var visitor = $"v{who}";
            var pick = random.Next(20);
            if (pick == 0)
            {
                await stage.PostAsync(SignalFlags.Verified, EngineStage.Identify(visitor, $"m{r}", $"u{who % 3}", $"\"tier\":\"t{r}\""));
            }
            else if (pick == 1 && log.Decisions.Count > 0)
            {
                await stage.ReportAsync(visitor, log.Decisions[random.Next(log.Decisions.Count)].Id, random.Next(2) == 0 ? SignalKind.Dismissed : SignalKind.Accepted);
            }
            else if (pick == 2)
            {
                await EngineStage.Bounded(random.Next(2) == 0
                    ? stage.Host.UnmergeAsync(EngineStage.VisitorOf(visitor), EngineStage.CustomerOf($"u{who % 3}"))
                    : stage.Host.MergeAsync(EngineStage.VisitorOf(visitor), EngineStage.CustomerOf($"u{who % 3}")));
            }
            else
            {
                await stage.PostAsync(EngineStage.Event(visitor, $"m{r}", pick switch { 3 => "Opted Out", 4 or 5 => "Opted In", < 12 => "Login Failed", _ => "Payment Declined" }));
            }

            stage.Settle();
            if (checkpoints && chance?.Next(9) == 0)
            {
                stage.Host.MakeCheckpoint();
                Assert.Null(stage.Host.LastCheckpoint!.Fault);
            }

            if (chance?.Next(25) == 0)
            {
                store.Freeze();
                stage.Dispose();
                store.Thaw();
                stage = new EngineStage(log, time, Options, null, checkpoints ? store : null);
                Assert.Empty(stage.Host.Recovered!.Ignored);
                stage.Settle();
                lives++;
            }
        }

        stage.Dispose();
        return (log, lives);
    }
}
