using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>One partition's visitors, timers, plan and place in the log: everything that its log alone determines.</summary>
/// <remarks>
/// Live running, recovery and audit drive this same type, record by record; that is why they agree. Not thread-safe: one shard owns it.
/// </remarks>
internal sealed partial class PartitionState
{
    private readonly VisitorTable _visitors = new();
    private readonly PriorityQueue<DueTimer, (long Due, Hash128 Session, int Timer)> _timers = new();
    private readonly EngineClock _clock;
    private BlockStore _sessions;
    private BlockStore? _visitorWindows;
    private int _sweepSlot;

    public PartitionState(int index, EngineClock clock, Plan plan)
    {
        Index = index;
        Plan = plan;
        _clock = clock;
        _sessions = new BlockStore(plan.SessionBlockSize);
        _visitorWindows = plan.Features.VisitorBlockSize > 0 ? new BlockStore(plan.Features.VisitorBlockSize) : null;
    }

    public int Index { get; }

    public Plan Plan { get; private set; }

    /// <summary>The control records that lead from an empty plan to this one.</summary>
    public ImmutableArray<byte[]> Trail { get; private set; } = [];

    /// <summary>Offset that the next record gets.</summary>
    public long NextOffset { get; set; }

    /// <summary>What the newest record is known by: a checkpoint that names another one belongs to another log.</summary>
    public (Moment At, MessageKey Message) Newest { get; set; }

    /// <summary>Never decreases (wall clock).</summary>
    public Moment LastAt { get; private set; }

    public int Visitors => _visitors.Count;

    /// <summary>Sessions that hold windows.</summary>
    public int LiveSessions => _sessions.Live;

    /// <summary>Timers in the queue, with those that were started anew since.</summary>
    public int Timers => _timers.Count;

    /// <summary>When the next timer is due; null when none runs.</summary>
    public Moment? NextDue => _timers.TryPeek(out var timer, out _) ? timer.Due : null;

    public VisitorState? Find(VisitorId visitor) => _visitors.Find(visitor);

    /// <summary>First look of a <see cref="Prefetcher"/>.</summary>
    public void FetchSlot(VisitorId visitor) => _visitors.Fetch(visitor);

    /// <summary>Second look of a <see cref="Prefetcher"/>.</summary>
    public VisitorState? Likely(VisitorId visitor) => _visitors.Likely(visitor);

    public VisitorState GetOrAdd(VisitorId id)
    {
        var visitor = _visitors.Find(id);
        if (visitor is null)
        {
            visitor = new VisitorState(id, _sessions, _visitorWindows);
            _visitors.Add(visitor);
        }

        return visitor;
    }

    /// <summary>The moment a record gets that is taken up now.</summary>
    public Moment MomentFor(Moment now, in Signal signal) => _clock == EngineClock.Wall
        ? Later(now, LastAt)
        : Later(signal.SourceTime, _visitors.Find(signal.Visitor)?.LastAt ?? default);

    /// <summary>The moment of a control record. On the event clock the machine's time means nothing: it would fire every timer.</summary>
    public Moment MomentFor(Moment now) => _clock == EngineClock.Wall ? Later(now, LastAt) : LastAt;

    /// <summary>Fires the timers that come before a record at <paramref name="at"/>, then applies the signal.</summary>
    public VisitorState Apply(in Signal signal, Moment at, ref StepOutput output, IStepSink sink)
    {
        var position = new LogPosition(Index, NextOffset);
        var visitor = GetOrAdd(signal.Visitor);
        if (_clock == EngineClock.Wall)
        {
            Advance(at, ref output, sink);
        }
        else
        {
            FireOf(visitor, at, position, ref output, sink);
        }

        SessionStep.Run(visitor, LogRecord.OfSignal(position, at, in signal), Plan, ref output);
        Arm(visitor, ref output);
        Tell(ref output, NextOffset, sink);
        NextOffset++;
        Newest = (at, signal.Message);
        return visitor;
    }

    /// <summary>Header of a record that is no signal; takes the next offset.</summary>
    public RecordHeader Record(RecordKind kind, Moment at, Moment receivedAt)
    {
        Newest = (at, default);
        return new RecordHeader { Kind = kind, Partition = Index, Offset = NextOffset++, At = at, ReceivedAt = receivedAt };
    }

    /// <summary>Moves time on (wall clock: part of every record; event clock: a clock record) and fires what has become due.</summary>
    public void Advance(Moment at, ref StepOutput output, IStepSink sink)
    {
        LastAt = Later(at, LastAt);
        while (_timers.TryPeek(out var timer, out var key) && timer.Due <= at)
        {
            _timers.Dequeue();
            SessionStep.Run(timer.Visitor, LogRecord.OfTimer(new LogPosition(Index, NextOffset), timer.Due, new SessionId(key.Session), key.Timer), Plan, ref output);
            Arm(timer.Visitor, ref output);
            Tell(ref output, NextOffset, sink);
            if (output.Decisions.Count > 0)
            {
                sink.OnTimer(timer.Visitor, ref output);
            }
        }
    }

    /// <summary>Takes a control record: the plan that it leads to is in force from here on.</summary>
    public void Control(IControlReader reader, ReadOnlySpan<byte> payload)
    {
        Trail = reader.Trail(Trail, payload);
        Activate(reader.Apply(Plan, payload));
    }

    /// <summary>Puts a plan in force from here on. Where its windows differ, running sessions begin new ones, marked as warming.</summary>
    public void Activate(Plan plan)
    {
        var before = Plan;
        Plan = plan;
        if (plan.SameLayout(before))
        {
            return;
        }

        // Event clock: sessions stand at times of their own, which the partition's may be far from.
        var move = new PlanMove(before, plan, _clock == EngineClock.Wall ? LastAt : null);
        _sessions = new BlockStore(plan.SessionBlockSize);
        _visitorWindows = plan.Features.VisitorBlockSize > 0 ? new BlockStore(plan.Features.VisitorBlockSize) : null;
        _timers.Clear();
        foreach (var visitor in _visitors.All())
        {
            move.Apply(visitor, _sessions, _visitorWindows);
        }
    }

    /// <summary>Forgets idle sessions, and visitors of whom nothing is left that could decide anything. Looks at a few slots a call.</summary>
    public void Sweep(Moment now, int slots)
    {
        // Whoever is forgotten as of now must not come back before now, should the clock be set back.
        LastAt = Later(now, LastAt);
        for (var i = Math.Min(slots, _visitors.Capacity); i > 0 && _visitors.Count > 0; i--)
        {
            if (_sweepSlot >= _visitors.Capacity)
            {
                _sweepSlot = 0;
            }

            var visitor = _visitors.At(_sweepSlot);
            if (visitor is not null && Idleness.Forget(visitor, Plan, now))
            {
                visitor.Release();
                _visitors.RemoveAt(_sweepSlot);
            }
            else
            {
                _sweepSlot++;
            }
        }
    }

    /// <summary>Event clock: this visitor's own timers, in order of due time, session and timer.</summary>
    private void FireOf(VisitorState visitor, Moment at, LogPosition position, ref StepOutput output, IStepSink sink)
    {
        while (Plan.TimerCount > 0 && Idleness.NextTimer(visitor, Plan) is { } next && next.Due <= at)
        {
            SessionStep.Run(visitor, LogRecord.OfTimer(position, next.Due, next.Session, next.Timer), Plan, ref output);
            if (output.Decisions.Count > 0)
            {
                sink.OnTimer(visitor, ref output);
            }
        }
    }

    private void Arm(VisitorState visitor, ref StepOutput output)
    {
        foreach (var (due, timer) in output.Armed)
        {
            _timers.Enqueue(new DueTimer(visitor, due), (due.Milliseconds, output.Session.Value, timer));
        }
    }

    private static Moment Later(Moment a, Moment b) => a > b ? a : b;

    private readonly record struct DueTimer(VisitorState Visitor, Moment Due);
}

/// <summary>Told of decisions that a timer caused, between records, and of messages to other partitions.</summary>
internal interface IStepSink
{
    void OnTimer(VisitorState visitor, ref StepOutput output);

    /// <summary>Something that another partition must know. It is in the outbox already.</summary>
    void OnMessage(CustomerMessage message)
    {
    }
}
