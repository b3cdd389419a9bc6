namespace MicroIntervention.Web.Storage.Log;

/// <summary>SQLite refused: its result code and its own words.</summary>
public sealed class SqliteFault(int code, string message) : IOException(message)
{
    /// <summary>Extended result code, see sqlite.org/rescode.html.</summary>
    public int Code { get; } = code;

    /// <summary>The disk (or a quota) has no room: SQLITE_FULL.</summary>
    public bool IsFull => (Code & 0xff) == SQLitePCL.raw.SQLITE_FULL;

    internal bool IsCorrupt => (Code & 0xff) is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB;
}
