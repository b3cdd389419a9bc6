using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>The durable, ordered record of everything that reached the engine.</summary>
public interface ISignalLog
{
    /// <summary>Takes the batch for the next group commit. Blocks while the log's bounded queue is full (that is how backpressure reaches the doors).</summary>
    void Append(LogBatch batch);

    /// <summary>Reads records in log order (per partition: offset order), payloads decrypted, from the given offsets on.</summary>
    /// <param name="fromOffsets">First offset wanted, per partition; its length is the number of partitions.</param>
    /// <param name="reader">Gets every record; a payload whose key was destroyed comes as <see cref="ErasedPayload"/>.</param>
    /// <param name="cancellation">Stops between blobs.</param>
    void Read(ReadOnlySpan<long> fromOffsets, ILogReader reader, CancellationToken cancellation);

    /// <summary>Reads the records at these places, in log order; of others at most the headers are looked at. A place that is not there (any more) is left out.</summary>
    void ReadAt(IReadOnlySet<LogPosition> places, ILogReader reader, CancellationToken cancellation);

    /// <summary>The offset that a partition's next record gets.</summary>
    long NextOffset(int partition);

    /// <summary>Payload of a record whose visitor was erased: empty.</summary>
    static ReadOnlySpan<byte> ErasedPayload => default;
}

/// <summary>Receives records while the log is read.</summary>
public interface ILogReader
{
    void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload);
}
