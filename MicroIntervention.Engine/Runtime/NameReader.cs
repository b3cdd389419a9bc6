using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Gives restored visitors their names back from the log, where they lie under the visitor's key: an erased one stays unnamed.</summary>
internal sealed class NameReader(PartitionState[] partitions) : ILogReader
{
    /// <summary>Names given back.</summary>
    public int Found { get; private set; }

    /// <summary>The records that said the names.</summary>
    public HashSet<LogPosition> Wanted { get; } = [.. partitions.SelectMany(p => p.Unnamed.Keys.Select(offset => new LogPosition(p.Index, offset)))];

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (partitions[header.Partition].Unnamed.Remove(header.Offset, out VisitorState? visitor) && visitor.Id == header.Visitor && !payload.IsEmpty)
        {
            visitor.Name(CustomerName.Read(payload), header.Offset);
            Found++;
        }
    }
}
