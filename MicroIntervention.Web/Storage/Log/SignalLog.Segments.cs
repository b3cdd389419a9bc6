using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <content>Segments: opening, rolling, deleting.</content>
public sealed partial class SignalLog
{
    private const long MillisecondsPerDay = 86_400_000;

    private volatile bool _rollWanted;

    /// <summary>Deletes every closed segment whose newest record is older. The segment being written stays.</summary>
    /// <returns>How many were deleted.</returns>
    public int DeleteSegmentsOlderThan(Moment limit)
    {
        var deleted = 0;
        foreach (var segment in LogSegment.List(_installation.LogFolder))
        {
            // Only a prefix of the log may go: offsets must stay without gaps.
            if (segment.Number >= Volatile.Read(ref _activeNumber) || LastAt(segment) >= limit.Milliseconds)
            {
                break;
            }

            segment.Delete();
            _logger.SegmentDeleted(segment.Number);
            deleted++;
        }

        return deleted;
    }

    /// <summary>Lets a test make the disk full: the active segment may have at most so many pages more than now; null lifts it.</summary>
    internal void LimitGrowth(int? pages) => UnderGate(writer => writer.File.Execute(string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"PRAGMA max_page_count={(pages is { } more ? (writer.File.Scalar("PRAGMA page_count") ?? 0) + more : uint.MaxValue - 1)}")));

    /// <summary>Lets a test begin the next file with the next commit.</summary>
    internal void RollNow() => _rollWanted = true;

    private static long LastAt(LogSegment segment)
    {
        using var file = SqliteFile.OpenForReading(segment.Path);
        return SegmentMeta.IsComplete(file) ? file.Scalar("SELECT max(last_at) FROM blob") ?? long.MinValue : long.MinValue;
    }

    private SegmentWriter OpenNewest()
    {
        var segments = LogSegment.List(_installation.LogFolder);
        while (segments.Count > 0 && !IsComplete(segments[^1]))
        {
            // A crash while the file was being made: it never held a record.
            segments[^1].Delete();
            segments.RemoveAt(segments.Count - 1);
        }

        var writer = segments.Count > 0
            ? SegmentWriter.Open(segments[^1], _installation, _options.Durability)
            : Create(1, 1, new long[_installation.Partitions]);
        Adopt(writer);
        return writer;
    }

    private static bool IsComplete(LogSegment segment)
    {
        using var file = SqliteFile.OpenForReading(segment.Path);
        return SegmentMeta.IsComplete(file);
    }

    private SegmentWriter Create(long number, long firstBlob, ReadOnlySpan<long> next) => SegmentWriter.Create(
        LogSegment.In(_installation.LogFolder, number),
        SegmentMeta.New(number, _time.GetUtcNow().ToUnixTimeMilliseconds(), firstBlob, next),
        _installation,
        _options.Durability);

    private void Adopt(SegmentWriter writer)
    {
        writer.Use(_keys);
        _nextBlob = Math.Max(_nextBlob, writer.LastBlob + 1);
        _pagesAtCheckpoint = writer.File.PagesWritten;
    }

    /// <summary>After an I/O error: a fresh connection sees what really reached the file.</summary>
    private SegmentWriter Reopen()
    {
        var writer = SegmentWriter.Open(_active, _installation, _options.Durability);
        Adopt(writer);
        return writer;
    }

    private void Abandon()
    {
        var writer = _writer;
        _writer = null;
        writer?.Dispose();
    }

    private void RollWhenDue()
    {
        var writer = _writer!;
        var day = _time.GetUtcNow().ToUnixTimeMilliseconds() / MillisecondsPerDay;
        if (_rollWanted)
        {
            _rollWanted = false;
        }
        else if (writer.LastBlob < writer.Meta.FirstBlob || (day <= writer.Meta.CreatedAt / MillisecondsPerDay && (writer.Bytes < _options.SegmentBytes || writer.Measure() < _options.SegmentBytes)))
        {
            return;
        }

        var next = Create(writer.Segment.Number + 1, writer.LastBlob + 1, writer.NextOffsets);
        _writer = next;
        Volatile.Write(ref _activeNumber, next.Segment.Number);
        _active = next.Segment;
        Adopt(next);
        _checkpointer.Leave(writer);
        _logger.LogRolled(next.Segment.Number);
    }

    /// <summary>Runs something short between two commits: a backup fixes its moment.</summary>
    /// <param name="moment">Gets the segment being written and the next offset of every partition.</param>
    internal void BetweenCommits(Action<LogSegment, long[]> moment) => UnderGate(writer => moment(writer.Segment, writer.NextOffsets.ToArray()));

    /// <summary>Runs something between two commits, on the writer's own connection.</summary>
    private void UnderGate(Action<SegmentWriter> action)
    {
        Interlocked.Increment(ref _gateWaiters);
        try
        {
            lock (_gate)
            {
                action(_writer ??= Reopen());
            }
        }
        finally
        {
            Interlocked.Decrement(ref _gateWaiters);
        }
    }
}
