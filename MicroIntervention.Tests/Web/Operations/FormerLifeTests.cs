using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Runtime;
using MicroIntervention.Tests.Engine.Scenarios;
using MicroIntervention.Tests.Support;
using MicroIntervention.Tests.Web.Storage.Log;
using MicroIntervention.Web.Operations;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Operations;

/// <summary>What a start takes over, on a real log of several files.</summary>
public sealed class FormerLifeTests : IDisposable
{
    private static readonly EngineOptions Options = new() { Partitions = LogFixture.Partitions, Shards = 2, DedupeKeysPerTable = 1024, DedupeTables = 2 };

    private readonly LogFixture _fixture = new();

    [Fact]
    [Proves("R-24")]
    [Proves("R-41")]
    public async Task TakeOver_FilesOfSeveralDays_EndsWhatEndedAndSendsTheRestAgainAsItWas()
    {
        var decided = new List<DecisionId>();
        DeliveryRequest? last = null;
        for (var day = 0; day < 3; day++)
        {
            using var stage = new EngineStage(new InMemorySignalLog(LogFixture.Partitions), _fixture.Time, Options, _fixture.Log);
            if (day == 0)
            {
                await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            }

            await stage.PostAsync(EngineStage.Event($"v{day}", $"a{day}", "Payment Declined"), EngineStage.Event($"v{day}", $"b{day}", "Payment Declined"));
            last = Assert.Single(stage.Channel.Sent);
            decided.Add(last.Id);
            stage.Host.Stop();
            _fixture.Drain();
            if (day < 2)
            {
                _fixture.Time.Advance(TimeSpan.FromDays(1));
            }
        }

        Assert.Equal(3, _fixture.Segments.Length);
        Forget(_fixture.Segments[2], decided[2]);
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(100));
        var (host, channel, feed) = Life();

        new FormerLife(host, feed, _fixture.Decisions, _fixture.Notes, _fixture.Time).TakeOver(CancellationToken.None);

        var again = Assert.Single(channel.Sent);
        Assert.Equal(last!.Id, again.Id);
        Assert.Equal(Convert.ToHexString(last.Body.Span), Convert.ToHexString(again.Body.Span));
        Assert.All(decided, id => Assert.Equal(FeedState.Sent, feed.Find(id)!.State));
        Assert.Equal(0, host.Counters.Delivered(DeliveryResult.Expired));
    }

    [Fact]
    [Proves("R-13")]
    public async Task TakeOver_NoNoteAndNoTimeLeft_EndsAsExpiredOnce()
    {
        DecisionId id;
        using (var stage = new EngineStage(new InMemorySignalLog(LogFixture.Partitions), _fixture.Time, Options, _fixture.Log))
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.PostAsync(EngineStage.Event("v", "a", "Payment Declined"), EngineStage.Event("v", "b", "Payment Declined"));
            id = Assert.Single(stage.Channel.Sent).Id;
        }

        _fixture.Drain();
        Forget(_fixture.Segments[0], id);
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        for (var start = 0; start < 2; start++)
        {
            var (host, channel, feed) = Life();
            new FormerLife(host, feed, _fixture.Decisions, _fixture.Notes, _fixture.Time).TakeOver(CancellationToken.None);
            host.Start();
            host.Stop();
            _fixture.Drain();
            Assert.Empty(channel.Sent);
            Assert.Equal(FeedState.Expired, feed.Find(id)!.State);
            Assert.Equal(start == 0 ? 1 : 0, host.Counters.Delivered(DeliveryResult.Expired));
        }
    }

    [Fact]
    [Proves("R-32")]
    public void Handoffs_OfTheLastDay_AreThoseThatHaveNotArrived()
    {
        var at = Moment.From(_fixture.Time.GetUtcNow());
        var visitor = EngineStage.VisitorOf("v");
        using (var stage = new EngineStage(new InMemorySignalLog(LogFixture.Partitions), _fixture.Time, Options, _fixture.Log))
        {
            stage.Host.Note(new DeliveryNote(Id(1), visitor, DeliveryNoteKind.HandoffWanted, at + -TimeSpan.FromHours(25)));
            stage.Host.Note(new DeliveryNote(Id(2), visitor, DeliveryNoteKind.HandoffWanted, at + -TimeSpan.FromHours(23)));
            stage.Host.Note(new DeliveryNote(Id(3), visitor, DeliveryNoteKind.HandoffWanted, at));
            stage.Host.Note(new DeliveryNote(Id(3), visitor, DeliveryNoteKind.HandoffSent, at));
        }

        _fixture.Drain();
        var (host, _, feed) = Life();
        var waiting = new FormerLife(host, feed, _fixture.Decisions, _fixture.Notes, _fixture.Time).Handoffs();
        Assert.Equal(Id(2), Assert.Single(waiting).About);
    }

    public void Dispose() => _fixture.Dispose();

    private static DecisionId Id(ulong number) => new(new Hash128(number, 3));

    /// <summary>As if a kill had taken the note of what became of it.</summary>
    private static void Forget(string segment, DecisionId decision)
    {
        using var file = SqliteFile.OpenForWriting(segment, create: false);
        using var delete = file.Prepare("DELETE FROM note WHERE decision = ?");
        delete.Bind(1, decision.Value.ToBytes()).Run();
        Assert.Equal(1, file.Scalar("SELECT changes()"));
    }

    /// <summary>A recovered engine that has not been started.</summary>
    private (EngineHost Host, RecordingChannel Channel, LiveFeed Feed) Life()
    {
        _fixture.Restart();
        var (channel, feed, gates, book) = (new RecordingChannel(_fixture.Time), new LiveFeed(), new SendGates(), new PlanBook(PackFiles.Hash));
        EngineHost? host = null;
        host = new EngineHost(Options, new EngineParts(_fixture.Log, EngineStage.Parser, book, new PromptComposer(book, gates, () => host!.CurrentPlan), [channel], gates, _fixture.Time));
        host.Observe(feed);
        host.Recover(CancellationToken.None);
        return (host, channel, feed);
    }
}
