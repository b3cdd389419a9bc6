using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>What became of prompts, and who waits for a person, as the log's files say it. Sees what is committed; never blocks the writer.</summary>
/// <remarks>
/// Thread-safe; every call opens its own connections. Everything is asked from a moment on: files closed before it are not opened, and within a file an index leads to the answer.
/// Files begun by a version without these indexes are searched from end to end.
/// </remarks>
public sealed class NoteLog(Installation installation)
{
    private const string Columns = "n.decision, n.visitor, n.kind, n.at, ifnull(n.paint_ms, -1)";

    /// <summary>The newest notes about requests for a person, oldest first.</summary>
    public List<DeliveryNote> Handoffs(Moment since, int most)
    {
        var found = new List<DeliveryNote>();
        foreach (var (file, isIndexed) in Files(since))
        {
            using var rows = file.Prepare($"SELECT {Columns} FROM note n {By("note_handoff", isIndexed)} WHERE n.kind >= 32 AND n.at >= ?1 ORDER BY n.at DESC, n.row DESC LIMIT ?2");
            Read(rows.Bind(1, since.Milliseconds).Bind(2, most - found.Count), found.Add);
            if (found.Count >= most)
            {
                break;
            }
        }

        found.Reverse();
        return found;
    }

    /// <summary>All other notes from a moment on; in no order.</summary>
    public void Since(Moment since, Action<DeliveryNote> reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        foreach (var (file, isIndexed) in Files(since))
        {
            using var rows = file.Prepare($"SELECT {Columns} FROM note n {By("note_at", isIndexed)} WHERE n.kind < 32 AND n.at >= ?1");
            Read(rows.Bind(1, since.Milliseconds), reader);
        }
    }

    /// <summary>All other notes about some decisions, oldest first.</summary>
    /// <param name="decisions">A few: each is looked up by itself, at the cost of one step for 2,048 notes of a file.</param>
    /// <param name="since">No later than the first of them.</param>
    public List<DeliveryNote> Of(IReadOnlyCollection<DecisionId> decisions, Moment since)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        var found = new List<DeliveryNote>();
        foreach (var (file, isIndexed) in Files(since))
        {
            using var rows = file.Prepare(isIndexed
                ? $"""
                    WITH RECURSIVE b(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM b WHERE n < (SELECT max(row) >> {SegmentMeta.DecisionBucketShift} FROM note))
                    SELECT {Columns} FROM b CROSS JOIN note n INDEXED BY note_key ON n.row >> {SegmentMeta.DecisionBucketShift} = b.n AND n.decision = ?1 WHERE n.kind < 32
                    """
                : $"SELECT {Columns} FROM note n WHERE n.decision = ?1 AND n.kind < 32");
            foreach (var decision in decisions)
            {
                Read(rows.Bind(1, decision.Value.ToBytes()), found.Add);
                rows.Reset();
            }
        }

        return [.. found.OrderBy(note => note.At)];
    }

    /// <summary>The files that can hold notes of then or later, newest first, each open until the next is asked for; and whether it has the indexes.</summary>
    private IEnumerable<(SqliteFile File, bool IsIndexed)> Files(Moment since)
    {
        foreach (var segment in LogSegment.Newest(installation.LogFolder))
        {
            using var file = segment.TryOpen();
            if (file is null)
            {
                continue;
            }

            var parts = file.Scalar("SELECT count(*) FROM sqlite_schema WHERE name IN ('note', 'note_at', 'note_handoff', 'note_key')");
            if (parts > 0)
            {
                yield return (file, parts == 4);
            }

            if (SegmentMeta.CreatedAtOf(file) < since.Milliseconds)
            {
                break;
            }
        }
    }

    private static string By(string index, bool isIndexed) => isIndexed ? $"INDEXED BY {index}" : "";

    private static void Read(SqliteStatement rows, Action<DeliveryNote> reader)
    {
        while (rows.Step())
        {
            reader(new DeliveryNote(
                new DecisionId(Hash128.Read(rows.Bytes(0))),
                new VisitorId(Hash128.Read(rows.Bytes(1))),
                (DeliveryNoteKind)rows.Long(2),
                new Moment(rows.Long(3)),
                rows.Double(4) is >= 0 and var paint ? paint : null));
        }
    }
}
