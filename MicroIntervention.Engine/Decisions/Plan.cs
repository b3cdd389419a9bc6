using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>Everything the step needs besides state: what to read, compute, score and allow. Immutable, replaced as a whole.</summary>
public sealed record Plan
{
    public required KeyedHash Hash { get; init; }

    /// <summary>Hash of all that the plan was built from; recorded with every decision.</summary>
    public required Hash128 Fingerprint { get; init; }

    public required SignalSchema Schema { get; init; }

    public required FeaturePlan Features { get; init; }

    public required ImmutableArray<ScenarioPlan> Scenarios { get; init; }

    /// <summary>What marks a session as likely a program's; of every pack that declares such rules and keeps them on.</summary>
    public ImmutableArray<BotRule> BotRules
    {
        get;
        init
        {
            field = value;
            BotLooks = 0;
            foreach (var rule in value)
            {
                BotLooks |= rule.Looks;
            }
        }
    } = [];

    /// <summary>A visit ends after this idle time.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>An explicit session ends after this idle time when nothing ended it.</summary>
    public TimeSpan ExplicitSessionLimit { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A signal whose source time is further behind is late.</summary>
    public TimeSpan LateLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The kill switch of the whole service.</summary>
    public bool Killed { get; init; }

    /// <summary>Signals that break their contract at the moment, by event name; scenarios that read one of them abstain.</summary>
    public ImmutableSortedDictionary<string, SignalFault> SignalFaults { get; private init; } = ImmutableSortedDictionary.Create<string, SignalFault>(StringComparer.Ordinal);

    /// <summary>Bytes of a session's block: windows, then an episode for each scenario, then the timers.</summary>
    internal int SessionBlockSize { get; private init; }

    /// <summary>Bits of the matchers at which some bot rule is looked at; 0 without rules.</summary>
    internal ulong BotLooks { get; private init; }

    /// <summary>Timers of all scenarios.</summary>
    internal int TimerCount { get; private init; }

    /// <summary>Most contributions that any scenario's model writes.</summary>
    internal int MaxContributions { get; private init; }

    private int EpisodesAt { get; init; }

    private int TimersAt { get; init; }

    /// <summary>A plan with nothing in it: accepts signals and decides nothing.</summary>
    public static Plan Empty(KeyedHash hash) => new Plan
    {
        Hash = hash,
        Fingerprint = default,
        Schema = SignalSchema.Empty,
        Features = FeaturePlan.Empty,
        Scenarios = [],
    }.With([]);

    /// <summary>This plan with its scenarios; computes what follows from them.</summary>
    public Plan With(ImmutableArray<ScenarioPlan> scenarios)
    {
        var episodesAt = (Features.SessionBlockSize + 7) & ~7;
        var timersAt = episodesAt + (scenarios.Length * Unsafe.SizeOf<EpisodeSlot>());
        var timers = scenarios.IsEmpty ? 0 : scenarios[^1].FirstTimer + scenarios[^1].Policy.Timers.Length;
        return this with
        {
            Scenarios = [.. scenarios.Select(s => s.Among(Features))],
            EpisodesAt = episodesAt,
            TimersAt = timersAt,
            TimerCount = timers,
            SessionBlockSize = timersAt + (timers * Unsafe.SizeOf<TimerSlot>()),
            MaxContributions = scenarios.Select(s => s.Model.ContributionCount).DefaultIfEmpty(0).Max(),
        };
    }

    /// <summary>This plan with one scenario switched.</summary>
    public Plan WithSwitch(ScenarioKey scenario, bool enabled) => this with
    {
        Scenarios = [.. Scenarios.Select(s => s.Policy.Key == scenario ? s with { Policy = s.Policy with { Enabled = enabled } } : s)],
    };

    /// <summary>This plan with one kind of signal broken, or whole again.</summary>
    /// <param name="name">The event's name, compared exactly.</param>
    /// <param name="fault">What is wrong; <see cref="SignalFault.None"/> when it keeps its contract again.</param>
    public Plan WithSignal(string name, SignalFault fault) =>
        WithSignals(fault == SignalFault.None ? SignalFaults.Remove(name) : SignalFaults.SetItem(name, fault));

    /// <summary>This plan under the signals' faults of the one before it: another policy mends no signal.</summary>
    public Plan WithSignalsOf(Plan before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return before.SignalFaults.IsEmpty && SignalFaults.IsEmpty ? this : WithSignals(before.SignalFaults);
    }

    /// <summary>Scenarios whose score, trigger or timers stand on an event of this name. One that counts every signal depends on no single name.</summary>
    public ImmutableArray<ScenarioKey> DependentsOf(string name)
    {
        var bits = MatchersOf(name);
        return [.. Scenarios.Where(s => (s.Reads & bits) != 0).Select(s => s.Policy.Key)];
    }

    private Plan WithSignals(ImmutableSortedDictionary<string, SignalFault> faults)
    {
        var bits = faults.Keys.Aggregate(0UL, (all, name) => all | MatchersOf(name));
        return this with
        {
            SignalFaults = faults,
            Scenarios = [.. Scenarios.Select(s => s with { IsStale = (s.Reads & bits) != 0 })],
        };
    }

    private ulong MatchersOf(string name)
    {
        var bits = 0UL;
        for (var m = 0; m < Schema.Matchers.Length; m++)
        {
            bits |= Schema.Matchers[m].Events.Contains(name, StringComparer.Ordinal) ? 1UL << m : 0;
        }

        return bits;
    }

    /// <summary>True when sessions built under the other plan can go on under this one without rebuilding their blocks.</summary>
    internal bool SameLayout(Plan other) =>
        Features.SameLayout(other.Features) &&
        TimerCount == other.TimerCount &&
        Scenarios.Select(s => (s.Name, s.FirstTimer)).SequenceEqual(other.Scenarios.Select(s => (s.Name, s.FirstTimer)));

    /// <summary>The policy of a scenario by 64 bits of its key's hash; null when it has none of that name.</summary>
    internal ScenarioPolicy? PolicyOf(ulong name)
    {
        foreach (var scenario in Scenarios)
        {
            if (scenario.Name == name)
            {
                return scenario.Policy;
            }
        }

        return null;
    }

    internal Span<EpisodeSlot> EpisodesOf(Span<byte> block) =>
        MemoryMarshal.Cast<byte, EpisodeSlot>(block.Slice(EpisodesAt, Scenarios.Length * Unsafe.SizeOf<EpisodeSlot>()));

    internal Span<TimerSlot> TimersOf(Span<byte> block) =>
        MemoryMarshal.Cast<byte, TimerSlot>(block.Slice(TimersAt, TimerCount * Unsafe.SizeOf<TimerSlot>()));
}
