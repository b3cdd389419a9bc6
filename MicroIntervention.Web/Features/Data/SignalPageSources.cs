using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Ownership;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Data;

/// <summary>Where the page of one signal reads: measures, contracts' history, the latest events and what they caused.</summary>
internal sealed class SignalPageSources(
    SignalCensus census, ContractStore contracts, NoticeStore notices, LiveFeed feed, EngineView engine, ControlRoom room, People people, MeasureStore measures, LatestValue<SignalBoard> board)
{
    private const int Versions = 50;
    private const int FeedCapacity = 2_000;

    public LatestValue<SignalBoard> Board => board;

    public MeasureStore Measures => measures;

    /// <summary>Sign-in names of everybody who may sign in.</summary>
    public async Task<IReadOnlyList<string>> PeopleAsync() => [.. (await people.ListAsync()).Where(person => person.IsActive).Select(person => person.Name)];

    /// <summary>Versions, agreements and breaches of one name, newest first.</summary>
    public async Task<IReadOnlyList<(DateTimeOffset At, string What)>> HistoryAsync(ContractSubject subject, string name, IStringLocalizer<ConsoleText> text)
    {
        var history = new List<(DateTimeOffset At, string What)>();
        foreach (var version in await contracts.VersionsAsync(subject, name, Versions))
        {
            history.Add((version.ProposedAt, text["Contracts.DidPropose", version.ProposedBy, version.Version]));
            if (version.Supplied is { } supplied)
            {
                history.Add((supplied.At, text["Contracts.DidSupply", supplied.Who, version.Version]));
            }

            if (version.Validated is { } validated)
            {
                history.Add((validated.At, text["Contracts.DidValidate", validated.Who, version.Version]));
            }

            if (version.SupersededAt is { } ended)
            {
                history.Add((ended, text["Contracts.DidEnd", version.Version]));
            }
        }

        if (subject == ContractSubject.Signal)
        {
            history.AddRange((await notices.NewestAboutAsync(name, Versions)).Select(notice => (notice.At, notice.Text)));
        }

        return [.. history.OrderByDescending(act => act.At)];
    }

    /// <summary>The latest events of a name, newest first, with how each was read and what it caused.</summary>
    public IReadOnlyList<RecentSignals.Line> Recent(string name)
    {
        if (census.Find(name)?.Recent is not { IsEmpty: false } recent)
        {
            return [];
        }

        var caused = feed.Latest(FeedCapacity).ToLookup(item => item.Decision.Facts.Cause);
        var plan = engine.Plan() ?? Engine.Decisions.Plan.Empty(new Engine.Primitives.KeyedHash(new byte[Engine.Primitives.KeyedHash.KeySize]));
        return [.. recent.Select(signal => new RecentSignals.Line(
            signal,
            signal.SchemaVersion == plan.Schema.Version ? ReadAs(signal.Matches, plan.Schema) : "",
            signal.At - signal.SourceTime > plan.LateLimit,
            [.. caused[signal.Message]]))];
    }

    /// <summary>"Checkout failure: paymentDeclined", joined.</summary>
    private string ReadAs(ulong matches, SignalSchema schema) => string.Join(", ", room.Packs
        .SelectMany(pack => pack.Signals.Select(signal => (Pack: pack, Signal: signal)))
        .Where(read => schema.Matchers.IndexOf(read.Signal.Matcher) is var bit and >= 0 && (matches & (1UL << bit)) != 0)
        .Select(read => $"{read.Pack.Title}: {read.Signal.Name}"));
}
