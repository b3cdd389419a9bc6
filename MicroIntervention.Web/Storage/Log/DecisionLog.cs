using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>The pages' view of recorded decisions: newest first, by session, by id, counts. Sees what is committed; never blocks the writer.</summary>
/// <remarks>Thread-safe; every call opens its own connections. Order is by time within a segment, segments newest first.</remarks>
public sealed class DecisionLog(Installation installation)
{
    private const int MostRows = 1000;
    private const string Columns = "row, id, partition, \"offset\", at, visitor, session, scenario, verdict, reason, score, body";

    /// <summary>The newest decisions that fit.</summary>
    public List<StoredDecision> Latest(DecisionQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var found = new List<StoredDecision>();
        var limit = Math.Clamp(query.Limit, 1, MostRows);
        foreach (var segment in Newest())
        {
            if (query.After is { } after && segment.Number > after.Segment)
            {
                continue;
            }

            Read(segment, found, file => Select(file, query, segment, limit - found.Count));
            if (found.Count >= limit)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>A session's decisions, oldest first; at most 1,000.</summary>
    public List<StoredDecision> OfSession(SessionId session)
    {
        var found = new List<StoredDecision>();
        foreach (var segment in LogSegment.List(installation.LogFolder))
        {
            Read(segment, found, file => ByKey(file, "session", session.Value, MostRows));
        }

        return found;
    }

    /// <summary>One decision, or null when it is not recorded (any more).</summary>
    public StoredDecision? Find(DecisionId id)
    {
        var found = new List<StoredDecision>();
        foreach (var segment in Newest())
        {
            Read(segment, found, file => ByKey(file, "id", id.Value, 1));
            if (found.Count > 0)
            {
                return found[0];
            }
        }

        return null;
    }

    /// <summary>How often each scenario decided what since a moment.</summary>
    public List<DecisionCount> CountSince(Moment since)
    {
        var counts = new Dictionary<(string, byte, byte), long>();
        foreach (var segment in LogSegment.List(installation.LogFolder))
        {
            using var file = Open(segment);
            using var rows = file?.Prepare("SELECT scenario, verdict, reason, count(*) FROM decision INDEXED BY decision_at WHERE at >= ? GROUP BY scenario, verdict, reason").Bind(1, since.Milliseconds);
            while (rows?.Step() == true)
            {
                var key = (rows.Text(0), (byte)rows.Long(1), (byte)rows.Long(2));
                counts[key] = counts.GetValueOrDefault(key) + rows.Long(3);
            }
        }

        return [.. counts.Select(one => new DecisionCount(one.Key.Item1, one.Key.Item2, one.Key.Item3, one.Value)).OrderBy(one => one.Scenario, StringComparer.Ordinal).ThenBy(one => one.Verdict).ThenBy(one => one.Reason)];
    }

    /// <summary>All decisions at or after the offsets of their partitions, in order of commit: what recovery compares its own with.</summary>
    public void Read(ReadOnlySpan<long> fromOffsets, Action<StoredDecision> reader, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(reader);
        foreach (var segment in LogSegment.List(installation.LogFolder))
        {
            using var file = Open(segment);
            using var rows = file?.Prepare($"SELECT {Columns} FROM decision ORDER BY row");
            while (rows?.Step() == true)
            {
                cancellation.ThrowIfCancellationRequested();
                if (rows.Long(3) >= fromOffsets[(int)rows.Long(2)])
                {
                    reader(ReadRow(rows, segment.Number));
                }
            }
        }
    }

    /// <summary>The newest notes of what became of prompts, oldest first.</summary>
    /// <param name="most">How many.</param>
    /// <param name="handoffs">True: only those about requests for a person; false: all others.</param>
    /// <param name="since">Earliest.</param>
    public List<DeliveryNote> Notes(int most, bool handoffs, Moment since)
    {
        var found = new List<DeliveryNote>();
        foreach (var segment in Newest())
        {
            using var file = Open(segment);
            if (file is null || found.Count >= most || file.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'note'") != 1)
            {
                continue;
            }

            using var rows = file.Prepare("SELECT decision, visitor, kind, at, ifnull(paint_ms, -1) FROM note WHERE (kind >= 32) = ?1 AND at >= ?2 ORDER BY row DESC LIMIT ?3");
            rows.Bind(1, handoffs ? 1 : 0).Bind(2, since.Milliseconds).Bind(3, most - found.Count);
            while (rows.Step())
            {
                found.Add(ReadNote(rows));
            }
        }

        found.Reverse();
        return found;
    }

    /// <summary>What became of a visitor's prompts since a moment, oldest first; at most 1,000. Requests for a person are left out.</summary>
    public List<DeliveryNote> NotesOf(VisitorId visitor, Moment since)
    {
        var found = new List<DeliveryNote>();
        foreach (var segment in Newest())
        {
            using var file = Open(segment);
            if (file is null || file.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'note'") != 1)
            {
                continue;
            }

            using (var rows = file.Prepare("SELECT decision, visitor, kind, at, ifnull(paint_ms, -1) FROM note WHERE visitor = ?1 AND at >= ?2 AND kind < 32 ORDER BY row DESC LIMIT ?3"))
            {
                rows.Bind(1, visitor.Value.ToBytes()).Bind(2, since.Milliseconds).Bind(3, MostRows - found.Count);
                while (rows.Step())
                {
                    found.Add(ReadNote(rows));
                }
            }

            // Notes have no index by visitor: a segment older than the moment holds none that is asked for.
            if (found.Count >= MostRows || file.Scalar("SELECT value FROM meta WHERE key = 'created_at'") < since.Milliseconds)
            {
                break;
            }
        }

        found.Reverse();
        return found;
    }

    internal static DecisionEntry Entry(SqliteStatement row) => new(
        new DecisionId(Hash128.Read(row.Bytes(1))),
        new LogPosition((int)row.Long(2), row.Long(3)),
        new Moment(row.Long(4)),
        new VisitorId(Hash128.Read(row.Bytes(5))),
        new SessionId(Hash128.Read(row.Bytes(6))),
        row.Text(7),
        (byte)row.Long(8),
        (byte)row.Long(9),
        row.Double(10),
        row.Bytes(11).ToArray());

    private static SqliteStatement ByKey(SqliteFile file, string column, Hash128 value, int limit) => file.Prepare($"""
        WITH RECURSIVE b(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM b WHERE n < (SELECT max(row) >> {SegmentMeta.DecisionBucketShift} FROM decision))
        SELECT {Columns} FROM decision WHERE row IN (SELECT k.row FROM b CROSS JOIN decision_key k ON k.bucket = b.n AND k.key = ?1) AND {column} = ?2
        ORDER BY row LIMIT ?3
        """).Bind(1, (long)value.High).Bind(2, value.ToBytes()).Bind(3, limit);

    private static SqliteFile? Open(LogSegment segment)
    {
        if (!System.IO.File.Exists(segment.Path))
        {
            return null;
        }

        var file = SqliteFile.OpenForReading(segment.Path);
        if (SegmentMeta.IsComplete(file))
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    private static StoredDecision ReadRow(SqliteStatement row, long segment) =>
        new(new DecisionCursor(segment, new Moment(row.Long(4)), row.Long(0)), Entry(row));

    private static DeliveryNote ReadNote(SqliteStatement row) => new(
        new DecisionId(Hash128.Read(row.Bytes(0))),
        new VisitorId(Hash128.Read(row.Bytes(1))),
        (DeliveryNoteKind)row.Long(2),
        new Moment(row.Long(3)),
        row.Double(4) is >= 0 and var paint ? paint : null);

    private static SqliteStatement Select(SqliteFile file, DecisionQuery query, LogSegment segment, int limit)
    {
        // The filter is answered from the index alone; rows are fetched only for what is shown.
        var cursor = query.After is { } after && after.Segment == segment.Number ? query.After : null;
        var select = file.Prepare($"""
            SELECT {Columns} FROM decision INDEXED BY decision_at
            WHERE at >= ?1 AND at <= ?2 AND (at < ?2 OR row < ?3)
              AND (?4 IS NULL OR scenario = ?4) AND (?5 IS NULL OR verdict = ?5) AND (?6 IS NULL OR reason = ?6)
            ORDER BY at DESC, row DESC LIMIT ?7
            """);
        select.Bind(1, query.Since?.Milliseconds ?? long.MinValue).Bind(2, cursor?.At.Milliseconds ?? long.MaxValue).Bind(3, cursor?.Row ?? long.MaxValue).Bind(7, limit);
        if (query.Scenario is { } scenario)
        {
            select.BindText(4, scenario);
        }

        if (query.Verdict is { } verdict)
        {
            select.Bind(5, verdict);
        }

        if (query.Reason is { } reason)
        {
            select.Bind(6, reason);
        }

        return select;
    }

    private List<LogSegment> Newest()
    {
        var segments = LogSegment.List(installation.LogFolder);
        segments.Reverse();
        return segments;
    }

    private static void Read(LogSegment segment, List<StoredDecision> found, Func<SqliteFile, SqliteStatement> prepare)
    {
        using var file = Open(segment);
        if (file is not null)
        {
            using var rows = prepare(file);
            while (rows.Step())
            {
                found.Add(ReadRow(rows, segment.Number));
            }
        }
    }
}
