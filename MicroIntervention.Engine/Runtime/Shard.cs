using System.Collections.Concurrent;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>One thread that owns some partitions: takes signals from its queue, steps them, and hands batches to the log.</summary>
internal sealed class Shard : IStepSink
{
    private const int BatchesInFlight = 8;
    private const int WorkPerRound = 256;
    private const int SweepSlotsPerRound = 64;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly EngineHost _host;
    private readonly PartitionState?[] _partitions;
    private readonly DedupeTable _dedupe;
    private readonly BlockingCollection<ShardBatch> _free = [];
    private readonly List<ShardWork> _round = new(WorkPerRound);
    private readonly Thread _thread;
    private StepOutput _output = new();
    private ShardBatch _batch;
    private volatile bool _stopping;
    private int _sweepPartition;

    public Shard(EngineHost host, int index, PartitionState?[] partitions, DedupeTable dedupe, int queueLimit)
    {
        _host = host;
        Index = index;
        _partitions = partitions;
        _dedupe = dedupe;
        Queue = new ShardQueue(queueLimit);
        for (var i = 0; i < BatchesInFlight; i++)
        {
            _free.Add(new ShardBatch(host, this));
        }

        _batch = _free.Take();
        _thread = new Thread(Loop) { Name = $"shard {index}", IsBackground = true };
    }

    public int Index { get; }

    public ShardQueue Queue { get; }

    public IEnumerable<PartitionState> Partitions => _partitions.OfType<PartitionState>();

    public void Start() => _thread.Start();

    /// <summary>Takes what is queued, hands it to the log and ends the thread.</summary>
    public void Stop()
    {
        _stopping = true;
        Queue.Enqueue(default);
        _thread.Join();
    }

    public void GiveBack(ShardBatch batch) => _free.Add(batch);

    void IStepSink.OnTimer(VisitorState visitor, ref StepOutput output) => Keep(visitor, default, ref output);

    private void Loop()
    {
        while (true)
        {
            _round.Clear();
            Queue.Take(_round, WorkPerRound, WaitFor(_host.Now));
            var now = _host.Now;
            foreach (var work in _round)
            {
                Take(work, now);
            }

            if (_round.Count == 0 && _stopping)
            {
                return;
            }

            // In a busy round too: partitions without a signal in it would wait for as long as the load lasts.
            FireTimers(now);
            Sweep(now);
            HandOver();
        }
    }

    private TimeSpan WaitFor(Moment now)
    {
        if (_stopping)
        {
            return TimeSpan.Zero;
        }

        var wait = LongestWait;
        if (_host.Options.Clock == EngineClock.Wall)
        {
            foreach (var partition in _partitions)
            {
                if (partition?.NextDue is { } due && due - now < wait)
                {
                    wait = due - now;
                }
            }
        }

        return wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait;
    }

    private void Take(ShardWork work, Moment now)
    {
        if (work.Signals is { } signals)
        {
            foreach (ref readonly var signal in signals.Signals)
            {
                if (_partitions[_host.PartitionOf(signal.Visitor)] is { } partition)
                {
                    Take(partition, signals, in signal, now);
                }
            }

            _batch.Waiting.Add(signals);
            Queue.Release(work.Count);
        }

        if (work.Control is { } control)
        {
            if (control.Forget is { } erased)
            {
                if (_partitions[_host.PartitionOf(erased)]?.Find(erased) is { } known)
                {
                    known.DisplayName = null;
                }
            }
            else
            {
                foreach (var partition in Partitions)
                {
                    Control(partition, control, now);
                }
            }

            _batch.Controls.Add(control);
        }
    }

    private void Take(PartitionState partition, SignalBatch signals, in Signal signal, Moment now)
    {
        if (!_dedupe.TryAdd(signal.Message, now))
        {
            _batch.Duplicates++;
            return;
        }

        var raw = signals.RawOf(in signal);
        var read = signal;
        if (read.SchemaVersion != partition.Plan.Schema.Version)
        {
            // The plan changed between the door and here.
            _host.Reader.Reread(ref read, raw, partition.Plan.Schema);
        }

        var at = partition.MomentFor(now, in read);
        var visitor = partition.Apply(in read, at, ref _output, this);
        if (read.Kind == SignalKind.Identify)
        {
            visitor.DisplayName = CustomerName.Read(raw) ?? visitor.DisplayName;
        }

        var header = RecordCodec.HeaderOf(in read, partition.Index, partition.NextOffset - 1, at, in _output);
        _batch.Log.Add(header, raw);
        _batch.Signals++;
        _batch.Late += _output.Verdict == SignalVerdict.Late ? 1 : 0;
        if (_output.Decisions.Count > 0)
        {
            Keep(visitor, raw, ref _output, signal.ReceivedAt);
        }
    }

    private void Control(PartitionState partition, ControlWork control, Moment now)
    {
        var at = control.ClockAt ?? partition.MomentFor(now);
        partition.Advance(at, ref _output, this);
        if (control.ClockAt is null)
        {
            partition.Activate(_host.Controls.Apply(partition.Plan, control.Payload));
        }

        _batch.Log.Add(
            new RecordHeader
            {
                Kind = control.ClockAt is null ? RecordKind.Control : RecordKind.Tick,
                Partition = partition.Index,
                Offset = partition.NextOffset++,
                At = at,
                ReceivedAt = now,
            },
            control.Payload);
    }

    private void FireTimers(Moment now)
    {
        if (_host.Options.Clock != EngineClock.Wall)
        {
            return;
        }

        foreach (var partition in Partitions)
        {
            if (partition.NextDue is { } due && due <= now)
            {
                var at = partition.MomentFor(now);
                partition.Advance(at, ref _output, this);
                _batch.Log.Add(
                    new RecordHeader { Kind = RecordKind.Tick, Partition = partition.Index, Offset = partition.NextOffset++, At = at, ReceivedAt = now },
                    default);
            }
        }
    }

    private void Keep(VisitorState visitor, ReadOnlySpan<byte> raw, ref StepOutput output, Moment? receivedAt = null)
    {
        foreach (var decision in output.Decisions)
        {
            _batch.Decisions.Add(decision);
            _batch.Log.Decisions.Add(RecordCodec.EntryOf(decision));
            if (decision is Decision.Intervene intervene && _host.Composer is { } composer)
            {
                var from = receivedAt ?? decision.Facts.At;
                var requests = composer.Compose(intervene, visitor.DisplayName, raw, from, from + _host.Options.PromptBudget);
                if (requests.Length > 0)
                {
                    _batch.Prompts.Add(requests);
                }
            }
        }
    }

    private void Sweep(Moment now)
    {
        if (_host.Options.Clock != EngineClock.Wall)
        {
            return;
        }

        _sweepPartition = (_sweepPartition + 1) % _partitions.Length;
        _partitions[_sweepPartition]?.Sweep(now, SweepSlotsPerRound);
    }

    private void HandOver()
    {
        if (_batch.Log.IsEmpty && _batch.Waiting.Count == 0 && _batch.Controls.Count == 0)
        {
            return;
        }

        _host.Log.Append(_batch.Log);
        _batch = _free.Take();
    }
}
