using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Scenarios;

/// <summary>Is this scenario set right? Its threshold, caps, stage and switch, who changed them, and the way back.</summary>
public sealed partial class PolicyPage
{
    private ScenarioPack? _pack;
    private PolicyForm? _form;
    private PolicyValues? _undo;
    private IReadOnlyList<PolicyVersion>? _versions;
    private ImmutableArray<string> _faults = [];
    private string? _saved;
    private bool _may;
    private bool _busy;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required ControlRoom Room { get; init; }

    [Inject] public required PolicyStore Policies { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Parameter] public string Key { get; set; } = "";

    private IReadOnlyList<string> Changes => _pack is null || _form is null ? [] : _form.ChangesFrom(PolicyValues.Of(_pack), Text);

    protected override async Task OnParametersSetAsync()
    {
        _may = await User.MayAsync(ConsoleAction.PolicyEdit);
        _saved = null;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        _pack = Room.Packs.FirstOrDefault(pack => pack.Key.Value == Key);
        if (_pack is not null)
        {
            _form = new PolicyForm(_pack.Model.Scale, _pack.Settings, PolicyValues.Of(_pack));
            _versions = await Policies.VersionsAsync(Key, 50);
        }
    }

    private Task SaveAsync() => PutAsync(_form!.ToValues(), _form.Why.Trim());

    private Task UndoAsync() => PutAsync(_undo!, Text["Policy.UndoWhy"]);

    private Task RestoreAsync(PolicyVersion version) => PutAsync(version.Values, Text["Policy.RestoreWhy", version.Version]);

    private async Task PutAsync(PolicyValues values, string why)
    {
        if (_pack is null || _busy || !await User.MayAsync(ConsoleAction.PolicyEdit))
        {
            return;
        }

        _busy = true;
        try
        {
            var before = PolicyValues.Of(_pack);
            _faults = await Room.SaveAsync(_pack, values, await User.NameAsync(), why);
            if (_faults.IsEmpty)
            {
                _undo = before;
                await LoadAsync();
                _saved = Text["Policy.Saved"];
            }
        }
        finally
        {
            _busy = false;
        }
    }

    private void Slide(ChangeEventArgs change)
    {
        if (double.TryParse(change.Value?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var threshold))
        {
            _form!.Threshold = threshold;
        }
    }
}
