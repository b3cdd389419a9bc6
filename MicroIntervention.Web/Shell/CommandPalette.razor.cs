using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace MicroIntervention.Web.Shell;

/// <summary>Ctrl-K: jump to any page this person may open.</summary>
public sealed partial class CommandPalette
{
    private readonly List<NavEntry> _allowed = [];
    private List<NavEntry> _hits = [];
    private string _query = "";
    private int _at;
    private bool _open;
    private bool _focus;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await Js.InvokeVoidAsync("miConsole.focus", "palette-input");
        }
    }

    private async Task OpenAsync()
    {
        _allowed.Clear();
        foreach (var entry in NavEntry.Sidebar.Concat(NavEntry.MorePages))
        {
            if (await User.MayAsync(entry.Action))
            {
                _allowed.Add(entry);
            }
        }

        _query = "";
        Filter();
        (_open, _focus) = (true, true);
    }

    private void Search(ChangeEventArgs change)
    {
        _query = change.Value?.ToString() ?? "";
        Filter();
    }

    private void Filter()
    {
        _at = 0;
        _hits = _allowed.FindAll(entry => Text[entry.TextKey].Value.Contains(_query.Trim(), StringComparison.CurrentCultureIgnoreCase));
    }

    private async Task KeyAsync(KeyboardEventArgs key)
    {
        switch (key.Key)
        {
            case "Escape":
                Close();
                await Js.InvokeVoidAsync("miConsole.focus", "open-palette");
                break;
            case "ArrowDown" when _hits.Count > 0:
                _at = (_at + 1) % _hits.Count;
                break;
            case "ArrowUp" when _hits.Count > 0:
                _at = (_at + _hits.Count - 1) % _hits.Count;
                break;
            case "Enter" when _hits.Count > 0:
                Go(_hits[_at]);
                break;
            default:
                break;
        }
    }

    private void Go(NavEntry entry)
    {
        Close();
        Navigation.NavigateTo(entry.Path);
    }

    private void Close() => _open = false;
}
