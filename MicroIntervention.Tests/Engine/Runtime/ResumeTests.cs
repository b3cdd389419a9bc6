using System.Text;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>What became of a prompt is in the log; what is not there is sent again in time, or ends as expired.</summary>
public sealed class ResumeTests
{
    private const int Partitions = 4;
    private static readonly EngineOptions Options = new() { Partitions = Partitions, Shards = 2, DedupeKeysPerTable = 1024, DedupeTables = 2 };

    private readonly ManualTime _time = new();
    private readonly InMemorySignalLog _log = new(Partitions);

    [Fact]
    [Proves("R-41")]
    public async Task OnDelivered_Sent_IsNotedInTheLog()
    {
        using (var stage = new EngineStage(_log, _time, Options))
        {
            await DecideAsync(stage);
        }

        var note = Assert.Single(_log.Notes);
        Assert.Equal(DeliveryNoteKind.Sent, note.Kind);
        Assert.Equal(_log.Decisions[0].Id, note.Decision);
        Assert.Equal(_log.Decisions[0].Visitor, note.Visitor);
    }

    [Fact]
    [Proves("R-41")]
    public async Task Resume_InTime_SendsUnderTheSameId()
    {
        var decision = await DecidedAndKilledAsync();
        var (host, channel, feed) = NextLife();
        feed.OnDecision(decision);

        host.Resume([decision], CancellationToken.None);

        var again = Assert.Single(channel.Sent);
        Assert.Equal(decision.Id, again.Id);
        Assert.Equal(FeedState.Sent, feed.Find(decision.Id)!.State);
    }

    [Fact]
    [Proves("R-13")]
    public async Task Resume_TooLate_EndsAsExpiredAndSaysSoInTheLog()
    {
        var decision = await DecidedAndKilledAsync();
        _time.Advance(TimeSpan.FromMilliseconds(301));
        var (host, channel, feed) = NextLife();
        feed.OnDecision(decision);

        host.Resume([decision], CancellationToken.None);
        host.Start();
        host.Stop();

        Assert.Empty(channel.Sent);
        Assert.Equal(FeedState.Expired, feed.Find(decision.Id)!.State);
        Assert.Equal(1, host.Counters.Delivered(DeliveryResult.Expired));
        Assert.Contains(_log.Notes, n => n.Decision == decision.Id && n.Kind == DeliveryNoteKind.Expired);
    }

    [Theory]
    [InlineData(ChannelKind.Web)]
    [InlineData(ChannelKind.Webhook)]
    [Proves("R-41")]
    public async Task Resume_AfterARestart_SendsTheSameBytes(ChannelKind kind)
    {
        Decision.Intervene[] decisions;
        DeliveryRequest[] first;
        using (var stage = new EngineStage(_log, _time, Options, channel: kind))
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.PostAsync("""{"type":"identify","anonymousId":"a","messageId":"i","traits":{"firstName":"Zoë"}}""");
            await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"), EngineStage.Event("b", "n1", "Payment Declined"));
            var causes = stage.Read(EngineStage.Event("a", "m2", "Payment Declined"), EngineStage.Event("b", "n2", "Payment Declined"));
            // A prompt's time runs from the receipt, not from the shard's turn.
            _time.Advance(TimeSpan.FromMilliseconds(20));
            Assert.Equal(PostResult.Taken, stage.Host.TryPost(causes));
            Assert.Equal(BatchResult.Durable, await EngineStage.Answer(causes));
            await stage.PostAsync(EngineStage.Event("a", "m3", "Product Viewed"));
            decisions = [.. stage.Decisions.Cast<Decision.Intervene>()];
            first = [.. stage.Channel.Sent];
        }

        _time.Advance(TimeSpan.FromMilliseconds(200));
        var (host, channel, _) = NextLife(kind);
        host.Resume(decisions, CancellationToken.None);

        Assert.Equal(2, first.Length);
        Assert.Equal(2, channel.Sent.Count);
        foreach (var again in channel.Sent)
        {
            var before = Assert.Single(first, f => f.Id == again.Id);
            Assert.Equal(Encoding.UTF8.GetString(before.Body.Span), Encoding.UTF8.GetString(again.Body.Span));
            Assert.Equal((before.Visitor, before.Session, before.Scenario, before.Channel, before.Kind, before.ReceivedAt, before.ExpiresAt),
                (again.Visitor, again.Session, again.Scenario, again.Channel, again.Kind, again.ReceivedAt, again.ExpiresAt));
            Assert.Contains("\"messageId\":\"" + (again.Visitor == EngineStage.VisitorOf("a") ? "m2" : "n2"), Encoding.UTF8.GetString(again.Body.Span), StringComparison.Ordinal);
        }
    }

    [Fact]
    [Proves("R-13")]
    public async Task Resume_ReceivedTooLongAgo_EndsAsExpiredThoughDecidedInTime()
    {
        using (var stage = new EngineStage(_log, _time, Options))
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
            var cause = stage.Read(EngineStage.Event("a", "m2", "Payment Declined"));
            _time.Advance(TimeSpan.FromMilliseconds(200));
            Assert.Equal(PostResult.Taken, stage.Host.TryPost(cause));
            Assert.Equal(BatchResult.Durable, await EngineStage.Answer(cause));
        }

        _time.Advance(TimeSpan.FromMilliseconds(100));
        var (host, channel, _) = NextLife();
        host.Resume([(Decision.Intervene)DecisionCodec.Decode(_log.Decisions[0].Body)], CancellationToken.None);

        Assert.Empty(channel.Sent);
        Assert.Equal(1, host.Counters.Delivered(DeliveryResult.Expired));
    }

    [Fact]
    [Proves("R-13")]
    public async Task Resume_OfATimersPrompt_SendsTheSameBytesWhateverRecordStandsAtItsPlace()
    {
        Decision.Intervene decision;
        DeliveryRequest first;
        using (var stage = new EngineStage(_log, _time, Options))
        {
            await stage.ActivateAsync(new PlanSource([CartPack.Bytes], [], Killed: false));
            await stage.PostAsync(EngineStage.Event("a", "m1", "Product Added"));
            _time.Advance(TimeSpan.FromSeconds(60));
            await stage.PostAsync(EngineStage.Event("a", "m2", "Page Viewed"));
            decision = Assert.IsType<Decision.Intervene>(Assert.Single(stage.Decisions));
            first = Assert.Single(stage.Channel.Sent);
        }

        Assert.NotEqual("", decision.Facts.Timer);
        var (host, channel, _) = NextLife();
        host.Resume([decision], CancellationToken.None);

        Assert.Equal(Encoding.UTF8.GetString(first.Body.Span), Encoding.UTF8.GetString(Assert.Single(channel.Sent).Body.Span));
    }

    [Fact]
    [Proves("R-32")]
    public async Task TryPost_PersonRequested_NotesTheWishWithTheReport()
    {
        using var stage = new EngineStage(_log, _time, Options);
        await DecideAsync(stage);
        var decision = stage.Decisions[0];
        var report = new SignalBatch { Buffer = "{}"u8.ToArray(), Length = 2 };
        report.Add(new Signal
        {
            Visitor = decision.Facts.Visitor, Message = new MessageKey(new Hash128(7, 7)), About = decision.Id, Kind = SignalKind.PersonRequested,
            ReceivedAt = Moment.From(_time.GetUtcNow()), SourceTime = Moment.From(_time.GetUtcNow()), ZoneOffsetMinutes = Signal.UnknownZone, RawLength = 2,
        });
        Assert.Equal(PostResult.Taken, stage.Host.TryPost(report));
        Assert.Equal(BatchResult.Durable, await EngineStage.Answer(report));

        Assert.Contains(_log.Notes, n => n.Decision == decision.Id && n.Kind == DeliveryNoteKind.HandoffWanted && n.Visitor == decision.Facts.Visitor);
    }

    [Fact]
    public void Restore_OfTheFeed_KeepsTheFurthestState()
    {
        var feed = new LiveFeed();
        var decision = Web.Live.LiveStage.Decide(1, _time.GetUtcNow());
        feed.OnDecision(decision);
        var at = Moment.From(_time.GetUtcNow());
        feed.Restore(new DeliveryNote(decision.Id, decision.Facts.Visitor, DeliveryNoteKind.Shown, at, 41.5));
        feed.Restore(new DeliveryNote(decision.Id, decision.Facts.Visitor, DeliveryNoteKind.Sent, at));
        feed.Restore(new DeliveryNote(decision.Id, decision.Facts.Visitor, DeliveryNoteKind.HandoffWanted, at));
        Assert.Equal(FeedState.Shown, feed.Find(decision.Id)!.State);
        Assert.Equal(41.5, feed.Find(decision.Id)!.SignalToPaintMs);
    }

    private static async Task DecideAsync(EngineStage stage)
    {
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
        await stage.PostAsync(EngineStage.Event("a", "m2", "Payment Declined"));
        Assert.Single(stage.Decisions);
    }

    private async Task<Decision.Intervene> DecidedAndKilledAsync()
    {
        using var stage = new EngineStage(_log, _time, Options);
        await DecideAsync(stage);
        return (Decision.Intervene)stage.Decisions[0];
    }

    private (EngineHost Host, RecordingChannel Channel, LiveFeed Feed) NextLife(ChannelKind kind = ChannelKind.Web)
    {
        var (channel, feed, gates, book) = (new RecordingChannel(_time, kind), new LiveFeed(), new SendGates(), new PlanBook(PackFiles.Hash));
        EngineHost? host = null;
        host = new EngineHost(Options, new EngineParts(_log, EngineStage.Parser, book, new PromptComposer(book, gates, () => host!.CurrentPlan), [channel], gates, _time));
        host.Observe(feed);
        host.Recover(CancellationToken.None);
        return (host, channel, feed);
    }
}
