using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Drives partitions with records that are already in the log. Sends nothing and records nothing.</summary>
internal sealed class Recovery(EngineHost host, PartitionState[] partitions, DedupeTable[] dedupes) : ILogReader, IStepSink
{
    private StepOutput _output = new();

    public long Records { get; private set; }

    /// <summary>Signals whose visitor was erased: their effect is gone with them.</summary>
    public long Erased { get; private set; }

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        var partition = partitions[header.Partition];
        if (header.Offset < partition.NextOffset)
        {
            // The last one that the checkpoint knows: it must be the very record, or log and checkpoint have different histories.
            if (partition.Newest != (header.At, header.Message))
            {
                throw new ForeignCheckpointException();
            }

            return;
        }

        Records++;
        partition.NextOffset = header.Offset;
        switch (header.Kind)
        {
            case RecordKind.Signal:
                Apply(partition, in header, payload);
                break;
            case RecordKind.Internal:
                Take(partition, in header, payload);
                break;
            case RecordKind.Tick:
                partition.Advance(header.At, ref _output, this);
                break;
            case RecordKind.Control:
                partition.Advance(header.At, ref _output, this);
                partition.Control(host.Controls, payload);
                break;
            default:
                throw new InvalidDataException($"Record kind {header.Kind} is not known to this version.");
        }

        partition.NextOffset = header.Offset + 1;
        partition.Newest = (header.At, header.Message);
    }

    void IStepSink.OnTimer(VisitorState visitor, ref StepOutput output)
    {
        // Its decision is in the log already.
    }

    private void Take(PartitionState partition, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            partition.Advance(header.At, ref _output, this);
            Erased++;
            return;
        }

        var message = CustomerMessageCodec.Read(payload);
        partition.Take(message, header.At, ref _output, this);
        if (message.Origin.Partition >= 0)
        {
            partitions[message.Origin.Partition].Outbox.Acknowledge(message.Origin.Sequence);
        }
    }

    private void Apply(PartitionState partition, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        dedupes[header.Partition % dedupes.Length].TryAdd(header.Message, header.At);
        if (payload.IsEmpty)
        {
            Erased++;
            return;
        }

        var signal = RecordCodec.SignalOf(in header);
        host.Reader.Reread(ref signal, payload, partition.Plan.Schema);
        var visitor = partition.Apply(in signal, header.At, ref _output, this);
        if (signal.Kind == SignalKind.Identify)
        {
            visitor.Name(CustomerName.Read(payload), header.Offset);
        }

        partition.Describe(visitor, in signal, payload, header.At, ref _output, this);
    }
}

/// <summary>The log does not hold the record that the checkpoint ends with.</summary>
internal sealed class ForeignCheckpointException() : Exception("It was made from another log.");
