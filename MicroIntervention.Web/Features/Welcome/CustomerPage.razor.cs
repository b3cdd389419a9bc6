using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Welcome;

/// <summary>Be the customer: the shop at the left, what the engine makes of it at the right.</summary>
public sealed partial class CustomerPage
{
    private const string Scenario = "checkout-failure";

    /// <summary>Above every score that two declined payments reach, yet possible to reach.</summary>
    private const double Raised = 100;

    private TourProgress _tour = default!;
    private PolicyValues? _before;
    private ImmutableArray<string> _faults = [];
    private bool _raised;
    private bool _killed;
    private bool _mayEdit;
    private bool _busy;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required ServeOptions Serve { get; init; }

    [Inject] public required LiveFeed Feed { get; init; }

    [Inject] public required FeedFollower Follower { get; init; }

    [Inject] public required EngineView Engine { get; init; }

    [Inject] public required LatestValue<Pulse> Pulses { get; init; }

    [Inject] public required ControlRoom Room { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _tour = new TourProgress(Scenario, Feed.Sequence);
        Follow(Follower);
        Follow(Pulses);
        _mayEdit = await User.MayAsync(ConsoleAction.PolicyEdit);
    }

    protected override void OnFollowedChanged()
    {
        _tour.Take(Feed, Engine.Plan());
        _killed |= Pulses.Current.Engine?.Killed ?? false;
    }

    private static string SessionOf(DecisionLine line) => $"/live/session/{line.Visitor}/{line.Session}?decision={line.Id}";

    private async Task RaiseAsync()
    {
        var pack = Room.Packs.FirstOrDefault(candidate => candidate.Key.Value == Scenario);
        if (pack is null || !await User.MayAsync(ConsoleAction.PolicyEdit))
        {
            return;
        }

        _busy = true;
        try
        {
            var now = PolicyValues.Of(pack);
            _faults = await Room.SaveAsync(pack, _before ?? now with { Threshold = Raised }, await User.NameAsync(), Text["Tour.Title"]);
            if (_faults.IsEmpty)
            {
                _before = _before is null ? now : null;
                _raised = true;
            }
        }
        finally
        {
            _busy = false;
        }
    }
}
