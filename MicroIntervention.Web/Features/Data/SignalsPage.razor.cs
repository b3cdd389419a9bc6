using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Ownership;
using MicroIntervention.Web.Resources;

namespace MicroIntervention.Web.Features.Data;

/// <summary>Whose signal is broken? Every kind of signal and outcome with its contract, its people and what was measured.</summary>
public sealed partial class SignalsPage
{
    // Ten missed measurements.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(10);

    private ImmutableArray<SignalRow> _signals = [];
    private ImmutableArray<SignalRow> _outcomes = [];
    private string _outcome = "";
    private int _broken;
    private bool _mayEdit;
    private bool _importing;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required LatestValue<SignalBoard> Board { get; init; }

    [Inject] internal ContractDesk Desk { get; init; } = default!;

    [Inject] public required ControlRoom Room { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    private bool IsStale => Board.Current.At != default && Time.GetUtcNow() - Board.Current.At > StaleAfter;

    protected override void OnInitialized()
    {
        Follow(Board);
        Follow(Desk.Book);
        OnFollowedChanged();
    }

    protected override async Task OnInitializedAsync() => _mayEdit = await User.MayAsync(ConsoleAction.ContractsEdit);

    protected override void OnFollowedChanged()
    {
        _signals = SignalRow.Of(ContractSubject.Signal, Desk.Book.Current, Board.Current);
        _outcomes = SignalRow.Of(ContractSubject.Outcome, Desk.Book.Current, Board.Current);
        _broken = _signals.Count(row => row.IsBroken);
    }

    private static string PathOf(SignalRow row) => DataPaths.Of(row.Name) + (row.Subject == ContractSubject.Outcome ? "?of=outcome" : "");

    private string People(SignalRow row) => row.Shown?.Terms is { } terms
        ? terms is { Team: "", Supplier: "", Validator: "" } ? Text["Contracts.NobodyYet"] : Text["Contracts.PeopleOf", terms.Team.Length > 0 ? terms.Team : DataWords.Who(terms.Supplier, Text), DataWords.Who(terms.Validator, Text)]
        : "";

    private string ScenariosOf(SignalRow row) => string.Join(", ", (row.Health?.Dependents ?? []).Select(key => Room.TitleOf(key.Value)));

    private void OpenOutcome()
    {
        if (!string.IsNullOrWhiteSpace(_outcome))
        {
            Navigation.NavigateTo(DataPaths.Of(_outcome.Trim()) + "?of=outcome");
        }
    }
}
