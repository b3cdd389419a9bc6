using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Decisions;

/// <summary>One visitor's signals through the step, by event name. Timers are fired before the next signal, as a shard does.</summary>
internal sealed class Walk
{
    private readonly List<(Moment Due, SessionId Session, int Timer)> _armed = [];
    private StepOutput _output = new();
    private int _sequence;

    public Walk(Plan plan, string name = "someone")
    {
        Plan = plan;
        Visitor = new VisitorState(
            new VisitorId(plan.Hash.Of(HashDomain.Visitor, name)),
            new BlockStore(plan.SessionBlockSize),
            plan.Features.VisitorBlockSize == 0 ? null : new BlockStore(plan.Features.VisitorBlockSize));
    }

    /// <summary>Goes on with a visitor that is known already.</summary>
    public Walk(Plan plan, VisitorId id, VisitorState visitor)
    {
        Assert.Equal(id, visitor.Id);
        Plan = plan;
        Visitor = visitor;
    }

    public static Moment Noon { get; } = Moment.From(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public Plan Plan { get; set; }

    public VisitorState Visitor { get; }

    public SignalFlags Flags { get; set; }

    public short Zone { get; set; } = Signal.UnknownZone;

    public Hash128 Explicit { get; set; }

    public SignalVerdict Verdict => _output.Verdict;

    public SessionId Session => _output.Session;

    /// <summary>When each session's visit first told its zone.</summary>
    public Dictionary<SessionId, Moment> ZoneTold { get; } = [];

    /// <summary>All decisions so far.</summary>
    public List<Decision> All { get; } = [];

    public static Plan PlanOf(params string[] packs) => PlanOf([], packs);

    public static Plan PlanOf(IEnumerable<PolicyOverride> overrides, params string[] packs)
    {
        var result = PlanBuilder.Build(PackFiles.Hash, packs.Select(PackFiles.Read), overrides);
        Assert.True(result.Plan is not null, string.Join('\n', result.Faults));
        return result.Plan;
    }

    /// <summary>One event so many seconds after noon; the decisions it caused (those of timers due before it included).</summary>
    public IReadOnlyList<Decision> At(double seconds, string name, double? value = null, double lateBySeconds = 0)
    {
        var before = All.Count;
        var at = new Moment(Noon.Milliseconds + (long)Math.Round(seconds * 1000));
        Wait(at);
        var signal = new Signal
        {
            Visitor = Visitor.Id,
            Message = new MessageKey(new Hash128(Visitor.Id.Value.Low, (ulong)++_sequence)),
            ReceivedAt = at,
            SourceTime = new Moment(at.Milliseconds - (long)(lateBySeconds * 1000)),
            Kind = KindOf(name),
            Flags = Flags,
            ZoneOffsetMinutes = Zone,
            ExplicitSession = Explicit,
            SchemaVersion = Plan.Schema.Version,
        };
        for (var m = 0; m < Plan.Schema.Matchers.Length; m++)
        {
            var matcher = Plan.Schema.Matchers[m];
            signal.Matches |= matcher.Conditions.IsEmpty && matcher.Events.Contains(name, StringComparer.Ordinal) ? 1UL << m : 0;
        }

        for (var n = 0; value is not null && n < Plan.Schema.NumericProperties.Length + Plan.Schema.Fingerprinted.Length; n++)
        {
            signal.Values[n] = value.Value;
            signal.ValueMask |= (byte)(1 << n);
        }

        Run(LogRecord.OfSignal(new LogPosition(0, _sequence), at, in signal));
        if (Zone != Signal.UnknownZone)
        {
            ZoneTold.TryAdd(Session, at);
        }

        return All[before..];
    }

    /// <summary>A report of the browser about a decision.</summary>
    public void Report(double seconds, SignalKind kind, DecisionId about)
    {
        var at = new Moment(Noon.Milliseconds + (long)(seconds * 1000));
        var signal = new Signal { Visitor = Visitor.Id, Message = new MessageKey(new Hash128(1, (ulong)++_sequence)), ReceivedAt = at, SourceTime = at, Kind = kind, About = about, ZoneOffsetMinutes = Zone, Flags = Flags };
        Run(LogRecord.OfSignal(new LogPosition(0, _sequence), at, in signal));
    }

    /// <summary>Lets time pass: fires what is due.</summary>
    public IReadOnlyList<Decision> Wait(double seconds)
    {
        var before = All.Count;
        Wait(new Moment(Noon.Milliseconds + (long)(seconds * 1000)));
        return All[before..];
    }

    private void Wait(Moment until)
    {
        foreach (var due in _armed.Where(a => a.Due <= until).OrderBy(a => a.Due).ThenBy(a => a.Session.Value).ThenBy(a => a.Timer).ToList())
        {
            _armed.Remove(due);
            Run(LogRecord.OfTimer(new LogPosition(0, _sequence), due.Due, due.Session, due.Timer));
        }
    }

    private void Run(in LogRecord record)
    {
        SessionStep.Run(Visitor, in record, Plan, ref _output);
        All.AddRange(_output.Decisions);
        foreach (var (due, timer) in _output.Armed)
        {
            _armed.Add((due, _output.Session, timer));
        }
    }

    private static SignalKind KindOf(string name) => name switch
    {
        "Opted Out" => SignalKind.OptedOut,
        "Opted In" => SignalKind.OptedIn,
        "Consent Granted" => SignalKind.ConsentGranted,
        "Consent Refused" => SignalKind.ConsentRefused,
        "Session Ended" => SignalKind.SessionEnded,
        "Page Viewed" => SignalKind.Page,
        _ => SignalKind.Track,
    };
}
