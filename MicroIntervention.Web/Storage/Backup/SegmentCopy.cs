using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Backup;

/// <summary>Copies one segment of the log as of one moment, beside its writer; its visitors' keys go elsewhere.</summary>
/// <remarks>Two steps: the constructor makes ready, <see cref="Pin"/> fixes the moment. A read transaction holds it, so the writer goes on undisturbed; its write-ahead log grows meanwhile.</remarks>
internal sealed class SegmentCopy : IDisposable
{
    // About 64 MB: often enough to be cancelled, seldom enough to cost nothing.
    private const int BlobsAtOnce = 1024;

    private readonly SqliteFile _file;
    private readonly LogSegment _segment;
    private readonly string _to;
    private readonly List<string> _tables = [];

    /// <param name="segment">What is copied.</param>
    /// <param name="to">The file to make.</param>
    public SegmentCopy(LogSegment segment, string to)
    {
        (_segment, _to) = (segment, to);
        _file = SqliteFile.OpenForWriting(segment.Path, create: false);
        try
        {
            using (var copy = SqliteFile.OpenForWriting(to, create: true))
            {
                OwnerOnly.Restrict(to);
                // Whatever tables a segment has: this must not fall behind its schema.
                using var schema = _file.Prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid");
                while (schema.Step())
                {
                    copy.Execute(schema.Text(2));
                    if (schema.Text(0) == "table" && schema.Text(1) != "visitor_key")
                    {
                        _tables.Add(schema.Text(1));
                    }
                }
            }

            _file.Execute($"ATTACH '{to.Replace("'", "''", StringComparison.Ordinal)}' AS copy");
            // A half-made copy is thrown away as a whole, so it needs no journal.
            _file.Execute("PRAGMA copy.journal_mode=OFF");
            _file.Execute("PRAGMA copy.synchronous=OFF");
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Fixes what is copied: everything committed before this call.</summary>
    public void Pin()
    {
        _file.Execute("BEGIN");
        _file.Scalar("SELECT count(*) FROM main.meta");
    }

    /// <summary>Copies, and returns when the copy is on disk.</summary>
    public void Run(KeysFile.Writer keys, CancellationToken cancel)
    {
        foreach (var table in _tables)
        {
            if (table == "blob")
            {
                CopyBlobs(cancel);
            }
            else
            {
                cancel.ThrowIfCancellationRequested();
                _file.Execute($"INSERT INTO copy.\"{table}\" SELECT * FROM main.\"{table}\"");
            }
        }

        using (var rows = _file.Prepare("SELECT id, visitor, wrapped FROM main.visitor_key ORDER BY id"))
        {
            while (rows.Step())
            {
                keys.Add(_segment.Number, rows.Long(0), rows.Bytes(1), rows.Bytes(2));
            }
        }

        _file.Execute("COMMIT");
        _file.Execute("DETACH copy");
        using var copy = new FileStream(_to, FileMode.Open, FileAccess.ReadWrite);
        copy.Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();

    private void CopyBlobs(CancellationToken cancel)
    {
        var last = _file.Scalar("SELECT max(id) FROM main.blob") ?? 0;
        using var insert = _file.Prepare("INSERT INTO copy.blob SELECT * FROM main.blob WHERE id > ? AND id <= ?");
        for (var from = (_file.Scalar("SELECT min(id) FROM main.blob") ?? 1) - 1; from < last; from += BlobsAtOnce)
        {
            cancel.ThrowIfCancellationRequested();
            insert.Bind(1, from).Bind(2, from + BlobsAtOnce).Run();
        }
    }
}
