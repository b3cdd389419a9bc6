using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Gives restored visitors and customers what is personal back from the log, where it lies under their keys: of an erased one nothing comes.</summary>
internal sealed class NameReader(PartitionState[] partitions) : ILogReader
{
    /// <summary>Names given back.</summary>
    public int Found { get; private set; }

    /// <summary>The records that said it.</summary>
    public HashSet<LogPosition> Wanted { get; } = [.. partitions.SelectMany(p => p.Wanted.Select(offset => new LogPosition(p.Index, offset)))];

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return;
        }

        var partition = partitions[header.Partition];
        if (partition.Unnamed.Remove(header.Offset, out VisitorState? visitor) && visitor.Id == header.Visitor)
        {
            visitor.Name(CustomerName.Read(payload), header.Offset);
            Found++;
        }

        partition.Reread(in header, payload);
    }

    /// <summary>Everything wanted has been read.</summary>
    public void End()
    {
        foreach (var partition in partitions)
        {
            partition.EndRereading();
        }
    }
}
