using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Web.Live;
using MicroIntervention.Web.Features.Live;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Tests.Web.Features.Live;

public sealed class PromptStoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly Decision.Intervene _decision = (Decision.Intervene)LiveStage.Decide(1, Now);
    private readonly SessionTimeline _timeline;

    public PromptStoryTests() => _timeline = SessionStage.Timeline(Now, 60, "Payment Declined") with { Decisions = [_decision] };

    [Fact]
    [Proves("R-24")]
    public void Of_FeedEmptyAfterARestart_TellsDeliveryAndReportsFromTheLog()
    {
        var timeline = _timeline.WithReport(_decision.Id, SignalKind.Shown, Now.AddMilliseconds(300)) with
        {
            Notes = [Note(DeliveryNoteKind.Sent, 40), Note(DeliveryNoteKind.Shown, 320, paintMs: 61.5), Note(DeliveryNoteKind.Dismissed, 4000)],
        };

        var story = PromptStory.Of(_decision, timeline, new LiveFeed());

        Assert.Equal(FeedState.Dismissed, story.State);
        Assert.Equal([(FeedState.Sent, Now.AddMilliseconds(40)), (FeedState.Shown, Now.AddMilliseconds(300)), (FeedState.Dismissed, Now.AddSeconds(4))], story.Steps);
        Assert.Equal(61.5, story.SignalToPaintMs);
    }

    [Theory]
    [InlineData(DeliveryNoteKind.Expired, FeedState.Expired)]
    [InlineData(DeliveryNoteKind.NoReceiver, FeedState.NoReceiver)]
    [InlineData(DeliveryNoteKind.Withdrawn, FeedState.Withdrawn)]
    [InlineData(DeliveryNoteKind.Overloaded, FeedState.Failed)]
    public void Of_NeverArrived_SaysWhy(DeliveryNoteKind kind, FeedState state)
    {
        var story = PromptStory.Of(_decision, _timeline with { Notes = [Note(kind, 900)] }, new LiveFeed());

        Assert.Equal(state, story.State);
        Assert.Equal([(state, Now.AddMilliseconds(900))], story.Steps);
    }

    [Fact]
    public void Of_NotesOnOtherDecisionsAndHandoffs_AreNotItsStory()
    {
        var other = Note(DeliveryNoteKind.Shown, 10) with { Decision = LiveStage.Decide(2, Now).Id };

        var story = PromptStory.Of(_decision, _timeline with { Notes = [other, Note(DeliveryNoteKind.HandoffWanted, 20)] }, new LiveFeed());

        Assert.Equal(FeedState.Deciding, story.State);
        Assert.Empty(story.Steps);
    }

    private DeliveryNote Note(DeliveryNoteKind kind, int afterMs, double? paintMs = null) =>
        new(_decision.Id, SessionStage.Visitor, kind, Moment.From(Now.AddMilliseconds(afterMs)), paintMs);
}
