using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Welcome;

/// <summary>Be the customer: the shop at the left, what the engine makes of it at the right. A step is done when its outcome was seen, not when a button was pressed.</summary>
public sealed partial class CustomerPage
{
    private const string Scenario = "checkout-failure";

    /// <summary>Above every score that declined payments alone reach, yet possible to reach.</summary>
    private const double Raised = 100;

    private readonly CancellationTokenSource _left = new();
    private readonly string _visit = Guid.NewGuid().ToString("N")[..8];
    private TourProgress _tour = default!;
    private PolicyValues? _before;
    private DateTimeOffset? _raisedAt;
    private QuietProof? _quiet;
    private HandoffBundle? _bundle;
    private IReadOnlyList<string> _receivers = [];
    private ImmutableArray<string> _faults = [];
    private bool _killed;
    private bool _mayEdit;
    private bool _busy;
    private bool _looking;
    private int _customer;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required ServeOptions Serve { get; init; }

    [Inject] public required LiveFeed Feed { get; init; }

    [Inject] public required FeedFollower Follower { get; init; }

    [Inject] public required EngineView Engine { get; init; }

    [Inject] public required LatestValue<Pulse> Pulses { get; init; }

    [Inject] public required ControlRoom Room { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Inject] public required HandoffView Handoffs { get; init; }

    [Inject] public required ISessionTimelines Timelines { get; init; }

    [Inject] public required WebhookStore Webhooks { get; init; }

    // After a change of rules somebody new stands at the till: no decision of before may be reopened by a click of the old visit.
    private string Shop => _customer == 0 ? "/store?filled=1" : $"/store?filled=1&customer={_visit}-{_customer}";

    private ScenarioPack? Pack => Room.Packs.FirstOrDefault(candidate => candidate.Key.Value == Scenario);

    protected override async Task OnInitializedAsync()
    {
        _tour = new TourProgress(Scenario, Feed.Sequence);
        _killed = Pulses.Current.Engine?.Killed ?? false;
        Follow(Follower);
        Follow(Pulses);
        _mayEdit = await User.MayAsync(ConsoleAction.PolicyEdit);

        // Left in the middle of step 4 last time: the way back is still offered.
        if (Pack is { } pack && pack.Policy.Threshold >= Raised && PackReader.Read(pack.Source).Pack is { } original)
        {
            _before = PolicyValues.Of(original);
        }
    }

    protected override void OnFollowedChanged()
    {
        _tour.Take(Feed, Engine.Plan());
        var killed = Pulses.Current.Engine?.Killed ?? false;
        _customer += killed && !_killed ? 1 : 0;
        _killed = killed;
        if (!_looking && ((_tour.PersonAskedAt is not null && _bundle is null) || (_raisedAt is not null && _quiet is null)))
        {
            _looking = true;
            _ = InvokeAsync(LookAsync);
        }
    }

    protected override async ValueTask OnDisposeAsync()
    {
        await _left.CancelAsync();
        _left.Dispose();
    }

    private static string SessionOf(DecisionLine line) => $"/live/session/{line.Visitor}/{line.Session}?decision={line.Id}";

    /// <summary>Reads from the log what the feed does not tell: the bundle, and that nothing was decided.</summary>
    private async Task LookAsync()
    {
        var cancel = _left.Token;
        try
        {
            if (_tour.FirstDecision is not { } first)
            {
                return;
            }

            var facts = first.Facts;
            if (_bundle is null && _tour.PersonAskedAt is { } asked)
            {
                _bundle = await Handoffs.ReadAsync(facts.Visitor, first.Id, asked, cancel);
                _receivers = [.. (await Webhooks.ListAsync(cancel))
                    .Where(webhook => webhook is { DisabledReason: null, Kind: null or DeliveryKind.Handoff } && (webhook.Scenario is null || webhook.Scenario == Scenario))
                    .Select(webhook => webhook.Name)];
            }

            if (_quiet is null && _raisedAt is { } since)
            {
                _quiet = QuietProof.Of(await Timelines.ReadAsync(facts.Visitor, facts.Session, cancel), Scenario, since);
            }

            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
            // The viewer left the page.
        }
        catch (IOException)
        {
            // The log cannot be read just now; the next pulse tries again.
        }
        finally
        {
            _looking = false;
        }
    }

    private async Task RaiseAsync()
    {
        if (_busy || Pack is not { } pack || !await User.MayAsync(ConsoleAction.PolicyEdit))
        {
            return;
        }

        _busy = true;
        try
        {
            var now = PolicyValues.Of(pack);
            var ended = await Room.SaveAsync(pack, now, _before ?? now with { Threshold = Raised }, await User.NameAsync(), Text["Tour.Title"]);
            _faults = ended is PolicySaving.Refused refused ? refused.Faults : ended is PolicySaving.Overtaken ? [Text["Policy.Overtaken"].Value] : [];
            if (ended is PolicySaving.Done)
            {
                (_before, _raisedAt, _customer) = _before is null
                    ? (now, (DateTimeOffset?)Time.GetUtcNow(), _customer)
                    : (null, null, _customer + 1);
            }
        }
        finally
        {
            _busy = false;
        }
    }
}
