using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Radzen;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Ownership;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Shared;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Data;

/// <summary>One kind of signal or outcome: what is promised, by whom, what was measured, what broke it, and what it caused.</summary>
public sealed partial class SignalPage
{
    private const int Shown = 20;

    private SignalRow _row = new(ContractSubject.Signal, "", null, null, null);
    private ContractDraft? _draft;
    private IReadOnlyList<string> _people = [];
    private IReadOnlyList<string> _faults = [];
    private IReadOnlyList<Violation>? _violations;
    private IReadOnlyList<(DateTimeOffset At, string What)> _history = [];
    private IReadOnlyList<RecentSignals.Line> _recent = [];
    private Violation? _opened;
    private ContractBook? _seen;
    private string? _fault;
    private string? _said;
    private string _me = "";
    private bool _mayEdit;
    private bool _mayAgree;
    private bool _mayManage;
    private bool _maySample;
    private bool _busy;

    /// <summary>The event's name, or the outcome's kind.</summary>
    [Parameter, EditorRequired] public required string Name { get; set; }

    /// <summary><c>outcome</c> for a kind of outcome.</summary>
    [SupplyParameterFromQuery] public string? Of { get; set; }

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] internal SignalPageSources From { get; init; } = default!;

    [Inject] internal ContractDesk Desk { get; init; } = default!;

    [Inject] public required ControlRoom Room { get; init; }

    [Inject] public required AuditLog Audit { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Inject] public required DialogService Dialogs { get; init; }

    private ContractSubject Subject => Of == "outcome" ? ContractSubject.Outcome : ContractSubject.Signal;

    protected override void OnInitialized()
    {
        Follow(From.Board);
        Follow(Desk.Book);
    }

    protected override async Task OnInitializedAsync()
    {
        (_mayEdit, _mayAgree) = (await User.MayAsync(ConsoleAction.ContractsEdit), await User.MayAsync(ConsoleAction.ContractsAgree));
        (_mayManage, _maySample) = (await User.MayAsync(ConsoleAction.PeopleManage), await User.MayAsync(ConsoleAction.ContractsSample));
        _me = await User.NameAsync();
        _people = await From.PeopleAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        OnFollowedChanged();
        _draft = ContractDraft.Of((_row.Proposal ?? _row.InForce)?.Terms);
        await ReadAsync();
    }

    protected override void OnFollowedChanged()
    {
        _row = SignalRow.Of(Subject, Desk.Book.Current, From.Board.Current).FirstOrDefault(row => row.Name == Name)
            ?? new SignalRow(Subject, Name, null, null, null);
        _recent = From.Recent(Name);
        if (_seen is not null && _seen != Desk.Book.Current)
        {
            // Somebody proposed or agreed meanwhile; what is being typed stays.
            _ = InvokeAsync(ReadAsync);
        }

        _seen = Desk.Book.Current;
    }

    private async Task ReadAsync()
    {
        _violations = Subject == ContractSubject.Signal ? await From.Measures.ListViolationsAsync(Name, Shown) : [];
        _history = await From.HistoryAsync(Subject, Name, Text);
        StateHasChanged();
    }

    private string FileOf(string format) => $"/data/contracts/{(Subject == ContractSubject.Signal ? "signal" : "outcome")}/{DataPaths.Escaped(Name)}?format={format}";

    private bool MayAgree(ContractVersion proposal, ContractSide side)
    {
        var (named, given, other) = side == ContractSide.Supplier
            ? (proposal.Terms.Supplier, proposal.Supplied, proposal.Validated)
            : (proposal.Terms.Validator, proposal.Validated, proposal.Supplied);
        return _mayAgree && given is null && named.Length > 0 && (named == _me || _mayManage) && other?.Who != _me;
    }

    private Task ProposeAsync(ContractDraft draft) => DoAsync(ConsoleAction.ContractsEdit, async () =>
    {
        _faults = await Desk.ProposeAsync(draft.Terms(Subject, Name), _me, draft.Why);
        _said = _faults.Count == 0 ? Text["Contracts.ProposedSaid"].Value : null;
    });

    private Task AgreeAsync(ContractVersion version, ContractSide side) => DoAsync(ConsoleAction.ContractsAgree, async () =>
    {
        _fault = await Desk.AgreeAsync(version, side, _me, await User.MayAsync(ConsoleAction.PeopleManage));
        _said = _fault is null ? Text["Contracts.AgreedSaid"].Value : null;
    });

    private async Task WithdrawAsync(ContractVersion version)
    {
        if (await Dialogs.AskAsync(Text["Contracts.WithdrawTitle"], Text["Contracts.WithdrawAsk"], Text["Contracts.Withdraw"]))
        {
            await DoAsync(ConsoleAction.ContractsEdit, () => Desk.WithdrawAsync(version, _me));
        }
    }

    private async Task OpenAsync(Violation violation)
    {
        if (await User.MayAsync(ConsoleAction.ContractsSample))
        {
            await Audit.AddAsync(_me, ConsoleAction.ContractsSample, Name, "opened a masked sample of " + violation.At.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            _opened = violation;
        }
    }

    private async Task DoAsync(string action, Func<Task> change)
    {
        if (_busy || !await User.MayAsync(action))
        {
            return;
        }

        (_busy, _fault, _said, _faults) = (true, null, null, []);
        try
        {
            await change();
        }
        finally
        {
            _busy = false;
        }
    }
}
