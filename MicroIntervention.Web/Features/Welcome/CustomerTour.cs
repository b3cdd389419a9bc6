using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Welcome;

/// <summary>One person's walk through the tour: how far it came, what was found, and the threshold that it raises and puts back.</summary>
/// <remarks>One instance a page, used on its circuit only.</remarks>
internal sealed class CustomerTour(LiveFeed feed, EngineView engine, LatestValue<Pulse> pulses, ControlRoom room, TourEvidence evidence, TimeProvider time)
{
    public const string Scenario = "checkout-failure";

    /// <summary>Above every score that declined payments alone reach, yet possible to reach.</summary>
    private const double Raised = 100;

    private readonly string _visit = Guid.NewGuid().ToString("N")[..8];
    private PolicyValues? _before;
    private DateTimeOffset? _raisedAt;
    private bool _looking;

    public TourProgress Progress { get; } = new(Scenario, feed.Sequence);

    /// <summary>What went to a person; null until that was seen.</summary>
    public HandoffBundle? Bundle { get; private set; }

    public IReadOnlyList<string> Receivers { get; private set; } = [];

    /// <summary>That it stayed quiet under the raised threshold; null until that was seen.</summary>
    public QuietProof? Quiet { get; private set; }

    public bool IsKilled { get; private set; } = pulses.Current.Engine?.Killed ?? false;

    public bool IsRaised => _before is not null;

    /// <summary>Raised in this visit, and nobody has paid since.</summary>
    public bool AwaitsQuiet => _raisedAt is not null && Quiet is null;

    /// <summary>Which customer stands at the till, from 0.</summary>
    public int Customer { get; private set; }

    /// <summary>After a change of rules somebody new stands at the till: no decision of before may be reopened by a click of the old visit.</summary>
    public string Shop => Customer == 0 ? "/store?filled=1" : $"/store?filled=1&customer={_visit}-{Customer}";

    private ScenarioPack? Pack => room.Packs.FirstOrDefault(candidate => candidate.Key.Value == Scenario);

    /// <summary>Left in the middle of the raised threshold last time: the way back is still offered.</summary>
    public void Resume()
    {
        if (Pack is { } pack && pack.Policy.Threshold >= Raised && PackReader.Read(pack.Source).Pack is { } original)
        {
            _before = PolicyValues.Of(original);
        }
    }

    /// <summary>Takes in what the feed and the engine's state say now.</summary>
    /// <returns>Whether something is to be looked up in the log.</returns>
    public bool Take()
    {
        Progress.Take(feed, engine.Plan());
        var killed = pulses.Current.Engine?.Killed ?? false;
        Customer += killed && !IsKilled ? 1 : 0;
        IsKilled = killed;
        return !_looking && ((Progress.PersonAskedAt is not null && Bundle is null) || AwaitsQuiet);
    }

    /// <summary>Reads from the log what the feed does not tell: the bundle, and that nothing was decided.</summary>
    /// <exception cref="IOException">The log cannot be read just now; the next pulse tries again.</exception>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (_looking || Progress.FirstDecision is not { } first)
        {
            return;
        }

        _looking = true;
        try
        {
            if (Bundle is null && Progress.PersonAskedAt is { } asked)
            {
                Bundle = await evidence.BundleAsync(first, asked, cancel);
                Receivers = await evidence.ReceiversAsync(Scenario, cancel);
            }

            if (Quiet is null && _raisedAt is { } since)
            {
                Quiet = await evidence.QuietAsync(first, Scenario, since, cancel);
            }
        }
        finally
        {
            _looking = false;
        }
    }

    /// <summary>Raises the threshold, or puts it back.</summary>
    /// <param name="why">Stands in the policy's history.</param>
    /// <returns>What became of it; null when there is no such scenario.</returns>
    public async Task<PolicySaving?> RaiseAsync(string who, string why)
    {
        if (Pack is not { } pack)
        {
            return null;
        }

        var now = PolicyValues.Of(pack);
        var ended = await room.SaveAsync(pack, now, _before ?? now with { Threshold = Raised }, who, why);
        if (ended is PolicySaving.Done)
        {
            (_before, _raisedAt, Customer) = _before is null ? (now, (DateTimeOffset?)time.GetUtcNow(), Customer) : (null, null, Customer + 1);
        }

        return ended;
    }
}
