using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;

namespace MicroIntervention.Web.Features.Live;

/// <summary>Is it well, and what is it doing right now?</summary>
public sealed partial class LivePage
{
    private FeedView _view = default!;
    private LiveViewState _state = LiveViewState.All;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required LiveFeed Feed { get; init; }

    [Inject] public required FeedFollower Follower { get; init; }

    [Inject] public required EngineView Engine { get; init; }

    [Inject] public required ControlRoom Room { get; init; }

    [SupplyParameterFromQuery] public string? Reason { get; set; }

    [SupplyParameterFromQuery] public string? Scenario { get; set; }

    private ICollection<DecisionLine> Items => (ICollection<DecisionLine>)_view.Lines;

    protected override void OnInitialized()
    {
        _view = new FeedView(Feed, Engine);
        Follow(Follower);
    }

    protected override void OnParametersSet()
    {
        _state = LiveViewState.Read(Reason, Scenario);
        _view.Filter(_state);
    }

    protected override void OnFollowedChanged() => _view.Refresh(_state);

    private string SessionsOf(ReasonCount count) => count.Sessions == 1 ? Text["Live.InSession"] : Text["Live.InSessions", count.Sessions];

    private string DecisionsIn(ReasonCount count) => $"{(count.Decisions == 1 ? Text["Live.Decision"] : Text["Live.Decisions", count.Decisions])} {SessionsOf(count)}";

    private void TogglePause()
    {
        if (_view.IsPaused)
        {
            _view.Resume(_state);
        }
        else
        {
            _view.Pause();
        }
    }
}
