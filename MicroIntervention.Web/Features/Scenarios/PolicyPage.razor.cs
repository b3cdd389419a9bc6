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

    /// <summary>What was in force when the form was filled.</summary>
    private PolicyValues? _read;
    private PolicyValues? _undo;
    private (PolicySaving.Overtaken Theirs, PolicyValues Mine, string Why)? _overtaken;
    private IReadOnlyList<PolicyVersion>? _versions;
    private ImmutableArray<string> _faults = [];
    private StageFacts? _facts;
    private string? _saved;
    private bool _may;
    private bool _busy;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required ControlRoom Room { get; init; }

    [Inject] public required PolicyStore Policies { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Parameter] public string Key { get; set; } = "";

    private IReadOnlyList<string> Changes => _read is null || _form is null ? [] : _form.ChangesFrom(_read, Text);

    protected override async Task OnParametersSetAsync()
    {
        _may = await User.MayAsync(ConsoleAction.PolicyEdit);
        _saved = null;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        _overtaken = null;
        _pack = Room.Packs.FirstOrDefault(pack => pack.Key.Value == Key);
        if (_pack is not null)
        {
            _read = PolicyValues.Of(_pack);
            _form = new PolicyForm(_pack.Model.Scale, _pack.Settings, _read);
            _versions = await Policies.VersionsAsync(Key, 50);
            _facts = await Room.ReadStageFactsAsync(_pack.Key);
        }
    }

    private Task SaveAsync() => PutAsync(_form!.ToValues(), _form.Why.Trim());

    private Task UndoAsync() => PutAsync(_undo!, Text["Policy.UndoWhy"]);

    private Task RestoreAsync(PolicyVersion version) =>
        PutAsync(version.Values, version.Version == 0 ? Text["Policy.RestorePackWhy"] : Text["Policy.RestoreWhy", version.Version]);

    private async Task OverrideAsync()
    {
        if (_overtaken is { } met)
        {
            _read = met.Theirs.InForce;
            await PutAsync(met.Mine, met.Why);
        }
    }

    private IReadOnlyList<string> Differences(PolicyValues before, PolicyValues after) =>
        PolicyForm.Differences(before, after, _pack!.Model.Scale, _pack.Settings, Text);

    private async Task PutAsync(PolicyValues values, string why)
    {
        if (_pack is null || _read is null || _busy || !await User.MayAsync(ConsoleAction.PolicyEdit))
        {
            return;
        }

        _busy = true;
        (_saved, _faults, _overtaken) = (null, [], null);
        try
        {
            switch (await Room.SaveAsync(_pack, _read, values, await User.NameAsync(), why))
            {
                case PolicySaving.Done done:
                    _undo = _read;
                    await LoadAsync();
                    _saved = Text["Policy.Saved", done.Version];
                    break;
                case PolicySaving.Refused refused:
                    _faults = refused.Faults;
                    break;
                case PolicySaving.Overtaken theirs:
                    _overtaken = (theirs, values, why);
                    _versions = await Policies.VersionsAsync(Key, 50);
                    break;
                case var other:
                    throw new InvalidOperationException($"No such end: {other}.");
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
