using System.Collections.Immutable;
using System.Globalization;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Operations;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ownership;

/// <summary>Compares four times a second what was measured with what was agreed, and tells the engine where they differ.</summary>
/// <remarks>
/// What it finds reaches decisions only as a control record, so a replay needs none of its measurements. It compares with the plan in force, not with
/// what it said last: a record that could not be written, a restart or a withdrawn contract mend themselves at the next look.
/// </remarks>
internal sealed class ContractWatch(
    EngineHost engine,
    ControlDesk controls,
    ContractDesk desk,
    SignalCensus census,
    MeasureStore measures,
    NoticeStore notices,
    LatestValue<SignalBoard> board,
    TimeProvider time,
    ILogger<ContractWatch> logger) : BackgroundService
{
    /// <summary>With the record's commit well under the second that a promise may be exceeded by.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private DateTimeOffset _savedAt;

    // A replay's events promise nothing about now.
    private bool IsOff => engine.Options.Clock != EngineClock.Wall;

    /// <summary>Knows the contracts before a door or a page opens.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsOff)
        {
            await BeginAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (IsOff)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    // A full disk, or the engine on its way out: what is in force stays in force.
                    OwnershipLog.WatchFailed(logger, problem);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_savedAt != default)
        {
            await SaveAsync(cancellationToken);
        }
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        foreach (var former in await measures.ListAsync(cancel))
        {
            census.GetOrAdd(former.Name)?.Restore(former.FirstSeen.ToUnixTimeMilliseconds(), former.LastSeen.ToUnixTimeMilliseconds(), former.Count);
        }

        await desk.LoadAsync(controls.Packs, cancel);
        _savedAt = time.GetUtcNow();
        await LookAsync(cancel);
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        Follow(desk.Book.Current);
        var plan = engine.CurrentPlan;
        foreach (var watched in _watched.Values)
        {
            watched.Look(census);
        }

        foreach (var name in _watched.Keys.Concat(plan.SignalFaults.Keys).Distinct(StringComparer.Ordinal).ToList())
        {
            var watched = _watched.GetValueOrDefault(name);
            var wanted = watched is { Contract.IsAgreed: true } ? watched.Fault : SignalFault.None;
            var inForce = plan.SignalFaults.GetValueOrDefault(name);
            if (wanted != inForce)
            {
                await ChangeAsync(name, wanted, watched, cancel);
            }
        }

        if (time.GetUtcNow() - board.Current.At >= ShowEvery)
        {
            board.Publish(Board());
        }

        await KeepAsync(cancel);
    }

    /// <summary>Watches what the book says: the agreed version of each signal, or the proposal where none is.</summary>
    private void Follow(ContractBook book)
    {
        var faults = engine.CurrentPlan.SignalFaults;
        var wanted = book.Standing
            .Where(version => version.Terms.Subject == ContractSubject.Signal)
            .GroupBy(version => version.Terms.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => book.InForce(ContractSubject.Signal, group.Key) ?? group.First(), StringComparer.Ordinal);
        foreach (var gone in _watched.Keys.Where(name => !wanted.ContainsKey(name)).ToList())
        {
            census.Find(gone)?.Check(null, isInvalid: false);
            _watched.Remove(gone);
        }

        foreach (var (name, version) in wanted)
        {
            var contract = new CheckedContract(version.Terms, version.Version, version.State == ContractState.Agreed);
            if (_watched.TryGetValue(name, out var watched) && watched.Contract == contract)
            {
                continue;
            }

            // Other terms are measured from their own beginning; a fault in force stays until the signal itself ends it.
            if (census.GetOrAdd(name) is { } kind)
            {
                var fault = contract.IsAgreed ? faults.GetValueOrDefault(name) : SignalFault.None;
                kind.Check(contract, fault == SignalFault.Invalid);
                _watched[name] = new Watched(kind, contract, fault == SignalFault.Silent);
            }
        }
    }

    private async Task ChangeAsync(string name, SignalFault fault, Watched? watched, CancellationToken cancel)
    {
        await controls.SetSignalAsync(name, fault);
        var scenarios = string.Join(", ", engine.CurrentPlan.DependentsOf(name).Select(TitleOf));
        if (fault == SignalFault.None)
        {
            OwnershipLog.Kept(logger, name);
        }
        else
        {
            OwnershipLog.Broken(logger, name, fault);
        }

        var supplier = watched?.Contract.Terms is { } terms ? terms.Team.Length > 0 ? $"{terms.Supplier} ({terms.Team})" : terms.Supplier : "";
        var text = fault switch
        {
            SignalFault.None when watched is not { Contract.IsAgreed: true } => $"No agreed contract of the signal {name} is in force any more; {Speak(scenarios, "speak again")}.",
            SignalFault.None => $"The signal {name} of {supplier} keeps its contract again; {Speak(scenarios, "speak again")}.",
            SignalFault.Silent => $"The signal {name} is silent: not seen for longer than {DurationWords(watched!.Contract.Terms.Freshness!.Within)} while other signals came. {supplier} supplies it; {Speak(scenarios, "abstain")} until it is back.",
            SignalFault.Invalid => $"The signal {name} is invalid: {watched!.Kind.Shape.Bad} of the latest {watched.Kind.Shape.Checked} events break its contract. {supplier} supplies it; {Speak(scenarios, "abstain")} until it is right again.",
            _ => throw new InvalidOperationException($"No such fault: {fault}."),
        };
        await notices.AddAsync(fault == SignalFault.None ? Notice.ContractKept : Notice.ContractBroken, name, text, DataPaths.Of(name), ConsoleAction.ContractsView, cancel);
        board.Publish(Board());

        static string Speak(string scenarios, string does) => scenarios.Length == 0 ? "no scenario reads it" : $"{scenarios} {does}";
    }

    private string TitleOf(ScenarioKey key) => controls.Packs.FirstOrDefault(pack => pack.Key == key)?.Title ?? key.Value;

    private static string DurationWords(TimeSpan span) => span switch
    {
        { TotalHours: >= 48 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} days"),
        { TotalMinutes: >= 120 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} hours"),
        { TotalSeconds: >= 120 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} seconds"),
    };

    private SignalBoard Board()
    {
        var plan = engine.CurrentPlan;
        return new SignalBoard(
            time.GetUtcNow(),
            [
                .. census.Kinds.OrderBy(kind => kind.Name, StringComparer.Ordinal).Select(kind =>
                {
                    var watched = _watched.GetValueOrDefault(kind.Name);
                    var shape = kind.Shape;
                    return new SignalHealth(
                        kind.Name,
                        watched?.Fault ?? SignalFault.None,
                        watched is { Contract.IsAgreed: true },
                        kind.LastMs > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(kind.LastMs) : null,
                        kind.Count,
                        shape.Bad,
                        shape.Checked,
                        plan.DependentsOf(kind.Name));
                }),
            ],
            census.Others);
    }

    private async Task KeepAsync(CancellationToken cancel)
    {
        var violations = new List<Violation>();
        while (violations.Count < SignalCensus.QueueLimit && census.Violations.TryRead(out var violation))
        {
            violations.Add(violation);
        }

        if (violations.Count > 0)
        {
            await measures.AddAsync(violations, cancel);
        }

        if (time.GetUtcNow() - _savedAt >= SaveEvery)
        {
            await SaveAsync(cancel);
        }
    }

    private async Task SaveAsync(CancellationToken cancel)
    {
        _savedAt = time.GetUtcNow();
        await measures.SaveAsync(
            census.Kinds.Where(kind => kind.LastMs > 0).Select(kind => new SignalMeasure(
                kind.Name, DateTimeOffset.FromUnixTimeMilliseconds(kind.FirstMs), DateTimeOffset.FromUnixTimeMilliseconds(kind.LastMs), kind.Count)),
            cancel);
    }

    /// <summary>One signal under its contract.</summary>
    private sealed class Watched(KindMeasure kind, CheckedContract contract, bool isSilent)
    {
        private readonly FreshnessClock? _clock = contract.Terms.Freshness is { } promise ? new FreshnessClock(promise, isSilent) : null;

        public KindMeasure Kind { get; } = kind;

        public CheckedContract Contract { get; } = contract;

        public SignalFault Fault => _clock?.IsSilent == true ? SignalFault.Silent : Kind.Shape.IsInvalid ? SignalFault.Invalid : SignalFault.None;

        public void Look(SignalCensus census)
        {
            if (_clock is null)
            {
                return;
            }

            // Its company first: what is counted in between makes the signal look fresher, never staler.
            var (company, lastCompany) = CompanyOf(census);
            var seen = Kind.Count;
            _clock.Look(new FreshnessSight(seen, new Moment(Kind.LastMs), company < 0 ? census.Total - seen : company, new Moment(lastCompany)));
        }

        /// <returns>Count below 0: any other signal of the workspace.</returns>
        private (long Count, long LastMs) CompanyOf(SignalCensus census)
        {
            if (Contract.Terms.Freshness!.Company is not { IsEmpty: false } names)
            {
                return (-1, census.LastMs);
            }

            long count = 0, last = 0;
            foreach (var name in names)
            {
                if (census.Find(name) is { } other)
                {
                    count += other.Count;
                    last = Math.Max(last, other.LastMs);
                }
            }

            return (count, last);
        }
    }
}
