using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MicroIntervention.Web.Shared;

namespace MicroIntervention.Web.Shell;

/// <summary>Frame of every console page: top bar, navigation, content, and what is shown when a page fails.</summary>
public sealed partial class ConsoleLayout : IDisposable
{
    private ErrorBoundary? _boundary;

    [Inject] public required NavigationManager Navigation { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    [Inject] public required IJSRuntime Js { get; init; }

    // base href is "/", so a bare fragment would leave the page.
    private string SkipTarget => "/" + Navigation.ToBaseRelativePath(Navigation.Uri).Split('#')[0] + "#content";

    // An entry stands for all pages of its section: /setup/sources is where /setup/people is found too.
    private bool IsHere(NavEntry entry)
    {
        var section = entry.Path.Split('/')[1];
        var path = Navigation.ToBaseRelativePath(Navigation.Uri).Split('?', '#')[0];
        return path == section || path.StartsWith(section + "/", StringComparison.Ordinal);
    }

    public void Dispose() => Navigation.LocationChanged -= Left;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            Clock.SetZone(await Js.InvokeAsync<string?>("miConsole.timeZone"));
        }
    }

    protected override void OnInitialized() => Navigation.LocationChanged += Left;

    // A failed page must not keep the next one from showing.
    private void Left(object? sender, LocationChangedEventArgs change) => _ = InvokeAsync(() =>
    {
        Recover();
        StateHasChanged();
    });

    private void Recover() => _boundary?.Recover();
}
