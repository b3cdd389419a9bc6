using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>The engine of one workspace: shards, their log, and what happens after each commit.</summary>
/// <remarks>Order of life: construct, <see cref="Recover"/>, <see cref="Start"/>, post, <see cref="Stop"/>. <see cref="TryPost"/> is thread-safe.</remarks>
public sealed partial class EngineHost : IDeliveryObserver
{
    private readonly Shard[] _shards;
    private readonly ICheckpointStore? _checkpoints;
    private readonly CheckpointMaker? _maker;
    private readonly Lock _controlGate = new();
    private readonly List<ControlWork> _controls = [];
    private PartitionState[] _partitions;
    private DedupeTable[] _dedupes;
    private readonly TimeProvider _time;
    private readonly Dictionary<ChannelKind, IChannel> _channels;
    private volatile string? _stalled;
    private volatile bool _running;

    public EngineHost(EngineOptions options, EngineParts parts)
    {
        Options = options;
        Log = parts.Log;
        Controls = parts.Controls;
        Composer = parts.Composer;
        _time = parts.Time;
        Gates = parts.Gates;
        Reader = new SignalRereader(parts.Parser);
        _channels = parts.Channels.ToDictionary(c => c.Kind);
        var empty = Plan.Empty(parts.Parser.Hash);
        _partitions = [.. Enumerable.Range(0, options.Partitions).Select(p => new PartitionState(p, options.Clock, empty))];
        var shards = Math.Min(options.Shards, options.Partitions);
        _dedupes = NewTables(shards);
        _shards = [.. Enumerable.Range(0, shards).Select(s => new Shard(this, s, PartitionsOf(s, shards), _dedupes[s], options.QueueLimit))];
        CurrentPlan = empty;
        _checkpoints = parts.Checkpoints;
        _maker = parts.Checkpoints is { } store ? new CheckpointMaker(this, _shards, store, _time) : null;
    }

    public EngineOptions Options { get; }

    public EngineCounters Counters { get; } = new();

    /// <summary>The plan that doors read new requests under. Shards read again where theirs differs.</summary>
    public Plan CurrentPlan { get; private set; }

    public SignalSchema Schema => CurrentPlan.Schema;

    /// <summary>Looked at in the moment of sending, by every channel.</summary>
    public SendGates Gates { get; }

    public bool IsReady => _running && _stalled is null;

    /// <summary>The log cannot be written at the moment.</summary>
    public bool IsStalled => _stalled is not null;

    internal ISignalLog Log { get; }

    internal IControlReader Controls { get; }

    internal IPromptComposer? Composer { get; }

    internal SignalRereader Reader { get; }

    internal TimeProvider Time => _time;

    internal PartitionState[] Partitions => _partitions;

    internal Moment Now => Moment.From(_time.GetUtcNow());

    public int PartitionOf(VisitorId visitor) => (int)(visitor.Value.Low % (ulong)_partitions.Length);

    /// <summary>Hands a request's signals to their shards: all of them, or none.</summary>
    public PostResult TryPost(SignalBatch batch)
    {
        if (!_running)
        {
            return PostResult.NotRunning;
        }

        if (_stalled is not null)
        {
            return PostResult.Stalled;
        }

        if (_shards.Length == 1)
        {
            if (!_shards[0].Queue.TryReserve(batch.Count))
            {
                Counters.AddRefused(batch.Count);
                return PostResult.Overloaded;
            }

            batch.Open(1);
            _shards[0].Queue.Enqueue(new ShardWork(batch, batch.Count, null));
            return PostResult.Taken;
        }

        return PostToMany(batch);
    }

    /// <summary>Appends a control record to every partition and puts it in force there; completes when it is durable everywhere.</summary>
    /// <param name="payload">Its JSON.</param>
    /// <exception cref="InvalidOperationException">The engine is stopping.</exception>
    public async Task ControlAsync(byte[] payload)
    {
        var next = Controls.Apply(CurrentPlan, payload);
        // Closing comes first: from here on no send starts, whatever is queued.
        Gates.CloseFor(next);
        var work = Enqueue(new ControlWork(payload, _shards.Length, null));
        CurrentPlan = next;
        await work.Durable;
        Gates.Follow(next);
    }

    /// <summary>Event clock: all events up to this moment are in; timers due by then fire.</summary>
    public Task AdvanceClockAsync(Moment at) => Enqueue(new ControlWork([], _shards.Length, at)).Durable;

    /// <summary>Drops what is kept in memory of a visitor's own words; completes when everything taken from it before is durable, so that an erasure of the log misses nothing.</summary>
    public Task ForgetAsync(VisitorId visitor)
    {
        var work = new ControlWork([], 1, null) { Forget = visitor };
        _shards[PartitionOf(visitor) % _shards.Length].Queue.Enqueue(new ShardWork(null, 0, work));
        return work.Durable;
    }

    public EngineSnapshot Snapshot() => new(
        Now,
        _partitions.Sum(p => p.LiveSessions),
        _partitions.Sum(p => p.Visitors),
        _shards.Sum(s => s.Queue.Signals),
        Options.QueueLimit * _shards.Length,
        CurrentPlan.Killed,
        _stalled,
        _signalToSent.Summarise(),
        Counters,
        CurrentPlan.Fingerprint,
        [.. _partitions.Select(p => p.NextOffset)]);

    private PostResult PostToMany(SignalBatch batch)
    {
        Span<int> counts = stackalloc int[_shards.Length];
        counts.Clear();
        foreach (ref readonly var signal in batch.Signals)
        {
            counts[PartitionOf(signal.Visitor) % _shards.Length]++;
        }

        var open = 0;
        for (var s = 0; s < counts.Length; s++)
        {
            if (counts[s] > 0 && !_shards[s].Queue.TryReserve(counts[s]))
            {
                for (var r = 0; r < s; r++)
                {
                    _shards[r].Queue.Release(counts[r]);
                }

                Counters.AddRefused(batch.Count);
                return PostResult.Overloaded;
            }

            open += counts[s] > 0 ? 1 : 0;
        }

        batch.Open(open);
        for (var s = 0; s < counts.Length; s++)
        {
            if (counts[s] > 0)
            {
                _shards[s].Queue.Enqueue(new ShardWork(batch, counts[s], null));
            }
        }

        return PostResult.Taken;
    }
}
