using SQLitePCL;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>One connection to one SQLite file, straight on the C interface: no command objects, no boxing, blobs as spans.</summary>
/// <remarks>Not thread-safe (opened without SQLite's mutex): one thread at a time, its owner sees to that.</remarks>
internal sealed class SqliteFile : IDisposable
{
    // SQLITE_DBSTATUS_CACHE_WRITE, which the binding does not name.
    private const int CacheWrite = 9;

    private readonly sqlite3 _db;

    static SqliteFile() => Batteries_V2.Init();

    private SqliteFile(sqlite3 db, string path)
    {
        _db = db;
        Path = path;
    }

    public string Path { get; }

    /// <summary>False inside a transaction.</summary>
    public bool IsAutoCommit => raw.sqlite3_get_autocommit(_db) != 0;

    /// <exception cref="SqliteFault">The file cannot be opened.</exception>
    public static SqliteFile OpenForWriting(string path, bool create) =>
        Open(path, raw.SQLITE_OPEN_READWRITE | (create ? raw.SQLITE_OPEN_CREATE : 0));

    /// <summary>Opens an existing file that this connection never changes (a WAL file still needs the shared-memory index beside it).</summary>
    public static SqliteFile OpenForReading(string path)
    {
        var file = Open(path, raw.SQLITE_OPEN_READWRITE);
        file.Execute("PRAGMA query_only=1");
        return file;
    }

    /// <summary>Pages that this connection has written, to the write-ahead log where there is one.</summary>
    public long PagesWritten
    {
        get
        {
            Check(raw.sqlite3_db_status(_db, CacheWrite, out var pages, out _, 0), "status");
            return pages;
        }
    }

    /// <summary>Runs one statement and drops its rows.</summary>
    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    /// <summary>First column of the first row; null when there is none (or it is null).</summary>
    public long? Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() && !statement.IsNull(0) ? statement.Long(0) : null;
    }

    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_db, sql, out var statement), sql);
        return new SqliteStatement(this, statement);
    }

    /// <summary>Copies WAL frames into the main file.</summary>
    /// <param name="truncate">Also empty the WAL file; needs that nobody reads or writes.</param>
    /// <returns>Frames in the WAL that are not yet copied; 0 when all were, −1 when somebody was in the way.</returns>
    public int Checkpoint(bool truncate)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_db, "main", truncate ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE, out var inLog, out var copied);
        if (code == raw.SQLITE_BUSY || code == raw.SQLITE_LOCKED)
        {
            return -1;
        }

        Check(code, "checkpoint");
        return Math.Max(0, inLog - copied);
    }

    /// <summary>Copies the whole database into a new file; inside a read transaction, as that sees it.</summary>
    public void CopyTo(string path)
    {
        using var target = OpenForWriting(path, create: true);
        using var backup = raw.sqlite3_backup_init(target._db, "main", _db, "main");
        if (backup.IsInvalid)
        {
            target.Check(raw.SQLITE_ERROR, "copy");
        }

        target.Check(raw.sqlite3_backup_step(backup, -1), "copy");
        target.Check(raw.sqlite3_backup_finish(backup), "copy");
    }

    public void Dispose() => raw.sqlite3_close_v2(_db);

    internal void Check(int code, string doing)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return;
        }

        var extended = raw.sqlite3_extended_errcode(_db);
        var words = raw.sqlite3_errmsg(_db).utf8_to_string();
        throw new SqliteFault((extended & 0xff) == (code & 0xff) ? extended : code, $"{System.IO.Path.GetFileName(Path)}: {words} ({doing})");
    }

    private static SqliteFile Open(string path, int flags)
    {
        var code = raw.sqlite3_open_v2(path, out var db, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            db?.Dispose();
            throw new SqliteFault(code, $"{System.IO.Path.GetFileName(path)} cannot be opened: {raw.sqlite3_errstr(code).utf8_to_string()}");
        }

        var file = new SqliteFile(db, path);
        try
        {
            // Only checkpoints and erasure ever meet the writer here; a short wait settles that.
            raw.sqlite3_busy_timeout(db, 2000);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
