using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Support;

/// <summary>A signal log in memory: commits inside <see cref="Append"/>, can be read again, can be told to stall.</summary>
/// <remarks>Thread-safe. Checks that offsets follow each other per partition, as the real one does.</remarks>
internal sealed class InMemorySignalLog(int partitions) : ISignalLog
{
    private readonly Lock _gate = new();
    private readonly List<(RecordHeader Header, byte[] Payload)> _records = [];
    private readonly List<DecisionEntry> _decisions = [];
    private readonly List<DeliveryNote> _notes = [];
    private readonly Queue<LogBatch> _waiting = new();
    private readonly HashSet<VisitorId> _erased = [];
    private readonly long[] _next = new long[partitions];
    private Exception? _stall;

    /// <summary>Everything committed, in order.</summary>
    public IReadOnlyList<(RecordHeader Header, byte[] Payload)> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    /// <summary>All committed decisions, in order.</summary>
    public IReadOnlyList<DecisionEntry> Decisions
    {
        get
        {
            lock (_gate)
            {
                return [.. _decisions];
            }
        }
    }

    /// <summary>All committed notes, in order.</summary>
    public IReadOnlyList<DeliveryNote> Notes
    {
        get
        {
            lock (_gate)
            {
                return [.. _notes];
            }
        }
    }

    public void Append(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (_gate)
        {
            foreach (var header in batch.Headers)
            {
                if (header.Offset != _next[header.Partition])
                {
                    throw new InvalidOperationException($"Record {header.Partition}:{header.Offset} cannot be appended: the partition's next offset is {_next[header.Partition]}.");
                }

                _next[header.Partition]++;
            }

            if (_stall is { } cause)
            {
                _waiting.Enqueue(batch);
                batch.Stalled(cause);
                return;
            }

            Commit_NeedsLock(batch);
        }
    }

    /// <summary>From now on batches wait and are told so.</summary>
    public void Stall(Exception cause)
    {
        lock (_gate)
        {
            _stall = cause;
        }
    }

    /// <summary>Commits what waits, in order, and works again.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _stall = null;
            while (_waiting.TryDequeue(out var batch))
            {
                Commit_NeedsLock(batch);
            }
        }
    }

    /// <summary>The visitor's payloads read as erased.</summary>
    public void EraseVisitor(VisitorId visitor)
    {
        lock (_gate)
        {
            _erased.Add(visitor);
        }
    }

    public void Read(ReadOnlySpan<long> fromOffsets, ILogReader reader, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(reader);
        foreach (var (header, payload) in Records)
        {
            cancellation.ThrowIfCancellationRequested();
            if (header.Offset >= fromOffsets[header.Partition])
            {
                reader.OnRecord(header, _erased.Contains(header.Visitor) && (header.Kind is RecordKind.Signal or RecordKind.Internal) ? ISignalLog.ErasedPayload : payload);
            }
        }
    }

    public void ReadAt(IReadOnlySet<LogPosition> places, ILogReader reader, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(reader);
        foreach (var (header, payload) in Records.Where(r => places.Contains(new LogPosition(r.Header.Partition, r.Header.Offset))))
        {
            reader.OnRecord(header, _erased.Contains(header.Visitor) ? ISignalLog.ErasedPayload : payload);
        }
    }

    public long NextOffset(int partition)
    {
        lock (_gate)
        {
            return _next[partition];
        }
    }

    private void Commit_NeedsLock(LogBatch batch)
    {
        foreach (var header in batch.Headers)
        {
            _records.Add((header, batch.PayloadOf(header).ToArray()));
        }

        _decisions.AddRange(batch.Decisions);
        _notes.AddRange(batch.Notes);
        batch.Completed();
    }
}
