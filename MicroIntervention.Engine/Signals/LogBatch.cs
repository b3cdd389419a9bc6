using System.Runtime.InteropServices;

namespace MicroIntervention.Engine.Signals;

/// <summary>What one shard hands to the log at once: records, their payloads and the decisions they caused. One transaction holds all of it.</summary>
/// <remarks>Not thread-safe: filled by its shard, then owned by the log until <see cref="Completed"/> was called; reused.</remarks>
public sealed class LogBatch(ILogBatchOwner owner)
{
    private byte[] _payloads = new byte[64 * 1024];
    private int _payloadLength;

    /// <summary>Records in shard order (partitions may mix; within one partition offsets rise by 1).</summary>
    public List<RecordHeader> Records { get; } = new(1024);

    public List<DecisionEntry> Decisions { get; } = [];

    public List<DeliveryNote> Notes { get; } = [];

    /// <summary>Which shard filled it, from 0.</summary>
    public int Shard { get; init; }

    /// <summary>Nothing to be made durable. Notes alone are something: an idle shard hands them over by themselves.</summary>
    public bool IsEmpty => Records.Count == 0 && Decisions.Count == 0 && Notes.Count == 0;

    public int PayloadLength => _payloadLength;

    public ReadOnlySpan<byte> PayloadOf(in RecordHeader header) => _payloads.AsSpan(header.PayloadStart, header.PayloadLength);

    /// <summary>Adds a record; fills in where its payload lies.</summary>
    public void Add(RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (_payloads.Length - _payloadLength < payload.Length)
        {
            Array.Resize(ref _payloads, Math.Max(_payloads.Length * 2, _payloadLength + payload.Length));
        }

        payload.CopyTo(_payloads.AsSpan(_payloadLength));
        header.PayloadStart = _payloadLength;
        header.PayloadLength = payload.Length;
        _payloadLength += payload.Length;
        Records.Add(header);
    }

    public ReadOnlySpan<RecordHeader> Headers => CollectionsMarshal.AsSpan(Records);

    /// <summary>Called by the log when the batch is durable, in the order of appending per shard; gives the batch back to its shard.</summary>
    public void Completed() => owner.OnCommitted(this);

    /// <summary>Called by the log when a commit failed (disk full, I/O error). The log keeps the batch and tries again; <see cref="Completed"/> follows when it succeeds.</summary>
    public void Stalled(Exception cause) => owner.OnStalled(this, cause);

    public void Clear()
    {
        Records.Clear();
        Decisions.Clear();
        Notes.Clear();
        _payloadLength = 0;
    }
}
