using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Which records of a blob are wanted. The default wants all.</summary>
internal ref struct RecordFilter
{
    public RecordFilter()
    {
    }

    /// <summary>First offset wanted per partition; empty = from the start.</summary>
    public ReadOnlySpan<long> FromOffsets { get; init; }

    /// <summary>Zero = any.</summary>
    public Hash128 Session { get; init; }

    /// <summary>Zero = any.</summary>
    public Hash128 Visitor { get; init; }

    /// <summary>With a visitor: also the controls and ticks, and the headers of others' records, which its replay needs.</summary>
    public bool WithControls { get; init; }

    /// <summary>Null = any.</summary>
    public IReadOnlySet<LogPosition>? Places { get; init; }

    public long FromAt { get; init; } = long.MinValue;

    public long ToAt { get; init; } = long.MaxValue;

    public readonly bool Wants(in RecordHeader header) =>
        (FromOffsets.IsEmpty || header.Offset >= FromOffsets[header.Partition]) &&
        (Session.IsZero || header.Session.Value == Session) &&
        (Visitor.IsZero || header.Visitor.Value == Visitor || WithControls) &&
        header.At.Milliseconds >= FromAt && header.At.Milliseconds <= ToAt &&
        (Places is null || Places.Contains(new LogPosition(header.Partition, header.Offset)));

    /// <summary>Of a wanted record: no more than its header. Somebody else's payload is not even decrypted.</summary>
    public readonly bool WantsHeaderOnly(in RecordHeader header) =>
        WithControls && (header.Kind is RecordKind.Signal or RecordKind.Internal) && header.Visitor.Value != Visitor;
}
