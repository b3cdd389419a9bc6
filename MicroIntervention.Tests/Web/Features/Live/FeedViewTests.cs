using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Tests.Web.Live;
using MicroIntervention.Web.Features.Live;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Tests.Web.Features.Live;

public sealed class FeedViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly LiveFeed _feed = new();
    private readonly FeedView _view;

    public FeedViewTests() => _view = new FeedView(_feed, new EngineView(LiveStage.Plan, () => null));

    [Fact]
    public void Refresh_SuppressedAndFired_BothAreListedAndCounted()
    {
        _feed.OnDecision(LiveStage.Decide(1, Now, session: 5));
        _feed.OnDecision(LiveStage.Decide(2, Now, DecisionReason.CoolDown, session: 5));
        _feed.OnDecision(LiveStage.Decide(3, Now, DecisionReason.CoolDown, session: 5));

        _view.Refresh(LiveViewState.All);

        Assert.Equal(3, _view.Lines.Count);
        Assert.Equal(new ReasonCount(DecisionReason.CoolDown, 2, 1), _view.Reasons[0]);
    }

    [Fact]
    public void Filter_Reason_ListsOnlyThatAndCountsAll()
    {
        _feed.OnDecision(LiveStage.Decide(1, Now));
        _feed.OnDecision(LiveStage.Decide(2, Now, DecisionReason.Killed));

        _view.Filter(new LiveViewState(DecisionReason.Killed, null));

        Assert.Equal([DecisionReason.Killed], _view.Lines.Select(line => line.Reason));
        Assert.Equal(2, _view.Reasons.Count);
        Assert.Equal(2, _view.Total);
    }

    [Fact]
    public void Pause_NewDecisions_WaitAndAreNotLost()
    {
        _feed.OnDecision(LiveStage.Decide(1, Now));
        _view.Refresh(LiveViewState.All);
        _view.Pause();
        _feed.OnDecision(LiveStage.Decide(2, Now));
        _view.Refresh(LiveViewState.All);

        Assert.Single(_view.Lines);
        Assert.Equal(1, _view.Waiting);

        _view.Resume(LiveViewState.All);
        Assert.Equal(2, _view.Lines.Count);
        Assert.Equal(0, _view.Waiting);
    }
}
