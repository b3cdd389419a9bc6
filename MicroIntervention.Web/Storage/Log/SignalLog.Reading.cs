using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <content>Reading, on connections of its own.</content>
public sealed partial class SignalLog
{
    public void Read(ReadOnlySpan<long> fromOffsets, ILogReader reader, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentOutOfRangeException.ThrowIfNotEqual(fromOffsets.Length, _installation.Partitions);
        ReadFrom(fromOffsets, new RecordFilter { FromOffsets = fromOffsets }, reader, cancellation);
    }

    public void ReadAt(IReadOnlySet<LogPosition> places, ILogReader reader, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(reader);
        var first = new long[_installation.Partitions];
        Array.Fill(first, long.MaxValue);
        foreach (var place in places)
        {
            first[place.Partition] = Math.Min(first[place.Partition], place.Offset);
        }

        ReadFrom(first, new RecordFilter { FromOffsets = first, Places = places }, reader, cancellation);
    }

    private void ReadFrom(ReadOnlySpan<long> fromOffsets, in RecordFilter filter, ILogReader reader, CancellationToken cancellation)
    {
        var segments = LogSegment.List(_installation.LogFolder);
        var first = FirstSegmentFor(segments, fromOffsets);
        for (var i = first; i < segments.Count; i++)
        {
            using var segment = SegmentReader.TryOpen(segments[i], _installation);
            segment?.Read(i == first ? segment.FirstBlobFor(fromOffsets) : 0, filter, reader, headersOnly: false, cancellation);
        }
    }

    /// <summary>Reads one session's records in order, touching only blobs that name it.</summary>
    /// <param name="session">Which session.</param>
    /// <param name="visitor">Whose: it gives the partition.</param>
    /// <param name="from">Earliest <c>at</c>; the closer, the less is read.</param>
    /// <param name="to">Latest <c>at</c>.</param>
    /// <param name="reader">Gets the records.</param>
    /// <param name="cancellation">Stops between blobs.</param>
    public void ReadSession(SessionId session, VisitorId visitor, Moment from, Moment to, ILogReader reader, CancellationToken cancellation) =>
        ReadSelected(visitor, new RecordFilter { Session = session.Value, FromAt = from.Milliseconds, ToAt = to.Milliseconds }, reader, cancellation);

    /// <summary>Reads everything of one visitor in order (access request, session list). Reads every blob of the visitor's partition in the range.</summary>
    public void ReadVisitor(VisitorId visitor, Moment from, Moment to, ILogReader reader, CancellationToken cancellation) =>
        ReadSelected(visitor, new RecordFilter { Visitor = visitor.Value, FromAt = from.Milliseconds, ToAt = to.Milliseconds }, reader, cancellation);

    /// <summary>Reads what making a visitor's decisions again needs: its records and its partition's controls and ticks, from the beginning, in order; of others' signals the headers, with an empty payload.</summary>
    public void ReadForReplay(VisitorId visitor, ILogReader reader, CancellationToken cancellation) =>
        ReadSelected(visitor, new RecordFilter { Visitor = visitor.Value, WithControls = true }, reader, cancellation);

    private void ReadSelected(VisitorId visitor, in RecordFilter filter, ILogReader reader, CancellationToken cancellation)
    {
        var partition = (int)(visitor.Value.Low % (ulong)_installation.Partitions);
        foreach (var file in LogSegment.List(_installation.LogFolder))
        {
            using var segment = SegmentReader.TryOpen(file, _installation);
            segment?.ReadSelected(partition, filter, reader, cancellation);
        }
    }

    /// <summary>The newest segment that begins at or below every wanted offset.</summary>
    private int FirstSegmentFor(List<LogSegment> segments, ReadOnlySpan<long> fromOffsets)
    {
        for (var i = segments.Count - 1; i > 0; i--)
        {
            using var segment = SegmentReader.TryOpen(segments[i], _installation);
            if (segment is not null && SegmentReader.NoneAbove(segment.Meta.FirstOffsets, fromOffsets))
            {
                return i;
            }
        }

        return 0;
    }
}
