using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Radzen;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Shared;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Live;

/// <summary>Stops every prompt of every scenario at once; asks first, and can be undone.</summary>
public sealed partial class KillSwitch
{
    private bool _may;
    private bool _busy;
    private bool? _set;
    private KillAct? _last;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required LatestValue<Pulse> Pulses { get; init; }

    [Inject] public required ControlRoom Desk { get; init; }

    [Inject] public required PolicyStore Policies { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Inject] public required DialogService Dialogs { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    // A stop reaches the engine before its row is written: a row of the opposite act says nothing about this state.
    private string By => _last is { } last && last.Killed == IsKilled ? Text["Kill.By", last.Who, Clock.TimeOfDay(last.At)] : "";

    // What this viewer just did counts until the pulse says the same.
    private bool IsKilled => _set ?? Pulses.Current.Engine?.Killed ?? false;

    protected override async Task OnInitializedAsync()
    {
        Follow(Pulses);
        _may = await User.MayAsync(ConsoleAction.LiveKill);
        _last = await Policies.LastKillAsync();
    }

    protected override void OnFollowedChanged()
    {
        if (Pulses.Current.Engine?.Killed == _set)
        {
            _set = null;
        }
    }

    private async Task AskAsync()
    {
        if (await Dialogs.AskAsync(Text["Kill.Title"], Text["Kill.Ask"], Text["Kill.Confirm"]))
        {
            await SetAsync(true);
        }
    }

    private async Task SetAsync(bool killed)
    {
        if (!await User.MayAsync(ConsoleAction.LiveKill))
        {
            return;
        }

        _busy = true;
        try
        {
            await Desk.SetKilledAsync(killed, await User.NameAsync());
            _set = killed;
            _last = await Policies.LastKillAsync();
        }
        finally
        {
            _busy = false;
        }
    }
}
