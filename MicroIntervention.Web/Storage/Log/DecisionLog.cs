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
        foreach (var segment in LogSegment.Newest(installation.LogFolder))
        {
            if (query.After is { } after && segment.Number > after.Segment)
            {
                continue;
            }

            var createdAt = long.MaxValue;
            Read(segment, found, file =>
            {
                createdAt = SegmentMeta.CreatedAtOf(file);
                return Select(file, query, segment, limit - found.Count);
            });
            if (found.Count >= limit || createdAt < (query.Since?.Milliseconds ?? long.MinValue))
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
        foreach (var segment in LogSegment.Newest(installation.LogFolder))
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
        foreach (var segment in LogSegment.Newest(installation.LogFolder))
        {
            using var file = segment.TryOpen();
            using var rows = file?.Prepare("SELECT scenario, verdict, reason, count(*) FROM decision INDEXED BY decision_at WHERE at >= ? GROUP BY scenario, verdict, reason").Bind(1, since.Milliseconds);
            while (rows?.Step() == true)
            {
                var key = (rows.Text(0), (byte)rows.Long(1), (byte)rows.Long(2));
                counts[key] = counts.GetValueOrDefault(key) + rows.Long(3);
            }

            if (file is not null && SegmentMeta.CreatedAtOf(file) < since.Milliseconds)
            {
                break;
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
            using var file = segment.TryOpen();
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

    private static StoredDecision ReadRow(SqliteStatement row, long segment) =>
        new(new DecisionCursor(segment, new Moment(row.Long(4)), row.Long(0)), Entry(row));

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

    private static void Read(LogSegment segment, List<StoredDecision> found, Func<SqliteFile, SqliteStatement> prepare)
    {
        using var file = segment.TryOpen();
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
