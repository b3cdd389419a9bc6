using System.Collections.Concurrent;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>One thread that owns some partitions: takes signals from its queue, steps them, and hands batches to the log.</summary>
/// <remarks>Here its life, its rounds and the hand-over; what a piece of work does is in <c>Shard.Work.cs</c>.</remarks>
internal sealed partial class Shard : IStepSink
{
    private const int BatchesInFlight = 8;
    private const int WorkPerRound = 256;
    private const int SweepSlots = 64;

    // A sweep reads cold memory: at this pace a million visitors are looked at in a minute, and a busy shard hardly notices.
    private const long SweepEveryMs = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly EngineHost _host;
    private PartitionState?[] _partitions;
    private DedupeTable _dedupe;
    private CopyWork? _copy;
    private long _handedOver;
    private long _committed;
    private readonly BlockingCollection<ShardBatch> _free = [];
    private readonly NoteQueue _notes;
    private readonly List<ShardWork> _round = new(WorkPerRound);
    private readonly Thread _thread;
    private readonly Prefetcher _prefetcher = new();
    private StepOutput _output = new();
    private ShardBatch _batch;
    private volatile bool _stopping;
    private volatile bool _isGivenUp;
    private PartitionState[] _owned;
    private int _sweepPartition;
    private Moment _sweptAt;

    public Shard(EngineHost host, int index, PartitionState?[] partitions, DedupeTable dedupe, int queueLimit)
    {
        _host = host;
        Index = index;
        _partitions = partitions;
        _owned = [.. partitions.OfType<PartitionState>()];
        _dedupe = dedupe;
        Queue = new ShardQueue(queueLimit);
        _notes = new NoteQueue(host.Options.NoteLimit, host.Counters);
        for (var i = 0; i < BatchesInFlight; i++)
        {
            _free.Add(new ShardBatch(host, this));
        }

        _batch = _free.Take();
        _thread = new Thread(Loop) { Name = $"shard {index}", IsBackground = true };
    }

    public int Index { get; }

    public ShardQueue Queue { get; }

    public ReadOnlySpan<PartitionState> Partitions => _owned;

    /// <summary>Batches that are durable, in order.</summary>
    public long Committed => Volatile.Read(ref _committed);

    /// <summary>Takes over restored state. Before <see cref="Start"/>.</summary>
    public void Use(PartitionState?[] partitions, DedupeTable dedupe)
    {
        _partitions = partitions;
        _owned = [.. partitions.OfType<PartitionState>()];
        _dedupe = dedupe;
    }

    public void Start() => _thread.Start();

    /// <summary>Takes what is queued, hands it to the log and ends the thread. Does not wait for that.</summary>
    public void BeginStop()
    {
        _stopping = true;
        Queue.Enqueue(default);
    }

    /// <summary>Waits for the thread's end; false when it has not come yet.</summary>
    public bool HasEnded(TimeSpan within) => _thread.Join(within);

    /// <summary>Ends the thread although its log cannot be written. Who waits is told so; nothing of it was acknowledged.</summary>
    public void GiveUp()
    {
        _isGivenUp = true;
        Queue.TellStalled();
    }

    /// <summary>Keeps what became of a prompt: it goes with the next batch, at most a quarter of a second later. Any thread.</summary>
    public void Note(in DeliveryNote note) => _notes.Add(in note);

    public void GiveBack(ShardBatch batch)
    {
        Volatile.Write(ref _committed, _committed + 1);
        _free.Add(batch);
    }

    /// <summary>Carries a copy out. On the shard's thread between two rounds, or when that has ended.</summary>
    public void Copy(CopyWork work) => work.Run(_dedupe, _handedOver, _host.Time);

    void IStepSink.OnTimer(VisitorState visitor, ref StepOutput output) => Keep(visitor, default, ref output);

    void IStepSink.OnMessage(CustomerMessage message) => _batch.Messages.Add(message);

    private void Loop()
    {
        try
        {
            Run();
        }
        catch (Exception) when (_isGivenUp)
        {
            // The stop could not wait any longer. What the log did not take was never acknowledged; here it is told so.
            foreach (var waiting in _batch.Waiting.Concat(_round.Select(work => work.Signals).OfType<SignalBatch>()))
            {
                waiting.Stalled();
            }
        }
    }

    private void Run()
    {
        while (true)
        {
            _round.Clear();
            Queue.Take(_round, WorkPerRound, WaitFor(_host.Now));
            var now = _host.Now;
            for (var next = 0; next < _round.Count;)
            {
                for (var end = FetchFrom(next); next < end; next++)
                {
                    Take(_round[next], now);
                }
            }

            if (_round.Count == 0 && _stopping)
            {
                HandOver();
                return;
            }

            // In a busy round too: partitions without a signal in it would wait for as long as the load lasts.
            FireTimers(now);
            HandOver();
            Sweep(now);
            if (_copy is { } copy)
            {
                _copy = null;
                Copy(copy);
            }
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
            foreach (var partition in _owned)
            {
                if (partition.NextDue is { } due && due - now < wait)
                {
                    wait = due - now;
                }
            }
        }

        return wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait;
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
                _batch.Log.Add(partition.Record(RecordKind.Tick, at, now), default);
            }
        }
    }

    private void Sweep(Moment now)
    {
        if (_host.Options.Clock != EngineClock.Wall || (now - _sweptAt).Duration() < TimeSpan.FromMilliseconds(SweepEveryMs))
        {
            return;
        }

        _sweptAt = now;
        _sweepPartition = (_sweepPartition + 1) % _owned.Length;
        _owned[_sweepPartition].Sweep(now, SweepSlots);
    }

    private void HandOver()
    {
        // Notes ride along; only an idle shard makes a batch for them alone.
        if (!_batch.Log.IsEmpty || _round.Count == 0)
        {
            _notes.TakeInto(_batch.Log.Notes);
        }

        if (_batch.Log.IsEmpty && _batch.Waiting.Count == 0 && _batch.Controls.Count == 0)
        {
            return;
        }

        Append();
        _batch = FreeBatch();
    }

    /// <summary>An empty batch; waits until the log has done with one.</summary>
    private ShardBatch FreeBatch()
    {
        ShardBatch? free;
        while (!_free.TryTake(out free, LongestWait))
        {
            if (_isGivenUp)
            {
                throw new OperationCanceledException();
            }
        }

        return free;
    }

    private void Append()
    {
        _handedOver++;
        _host.Log.Append(_batch.Log);
    }
}
