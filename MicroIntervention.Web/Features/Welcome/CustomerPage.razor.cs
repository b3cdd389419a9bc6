using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;

namespace MicroIntervention.Web.Features.Welcome;

/// <summary>Be the customer: the shop at the left, what the engine makes of it at the right. A step is done when its outcome was seen, not when a button was pressed.</summary>
public sealed partial class CustomerPage
{
    private readonly CancellationTokenSource _left = new();
    private ImmutableArray<string> _faults = [];
    private bool _mayEdit;
    private bool _busy;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required ServeOptions Serve { get; init; }

    [Inject] public required FeedFollower Follower { get; init; }

    [Inject] public required LatestValue<Pulse> Pulses { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Inject] internal CustomerTour Tour { get; init; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Follow(Follower);
        Follow(Pulses);
        _mayEdit = await User.MayAsync(ConsoleAction.PolicyEdit);
        Tour.Resume();
    }

    protected override void OnFollowedChanged()
    {
        if (Tour.Take())
        {
            _ = InvokeAsync(LookAsync);
        }
    }

    protected override async ValueTask OnDisposeAsync()
    {
        await _left.CancelAsync();
        _left.Dispose();
    }

    private static string SessionOf(DecisionLine line) => $"/live/session/{line.Visitor}/{line.Session}?decision={line.Id}";

    private async Task LookAsync()
    {
        try
        {
            await Tour.LookAsync(_left.Token);
            StateHasChanged();
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The viewer left the page, or the log cannot be read just now: the next pulse tries again.
        }
    }

    private async Task RaiseAsync()
    {
        if (_busy || !await User.MayAsync(ConsoleAction.PolicyEdit))
        {
            return;
        }

        _busy = true;
        try
        {
            _faults = await Tour.RaiseAsync(await User.NameAsync(), Text["Tour.Title"]) switch
            {
                PolicySaving.Refused refused => refused.Faults,
                PolicySaving.Overtaken => [Text["Policy.Overtaken"].Value],
                _ => [],
            };
        }
        finally
        {
            _busy = false;
        }
    }
}
