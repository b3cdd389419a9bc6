using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>What a segment says about itself; written once, when it is made.</summary>
/// <param name="Number">Its place in the log.</param>
/// <param name="CreatedAt">Unix ms.</param>
/// <param name="FirstBlob">Every blob in it has this id or a higher one.</param>
/// <param name="Salt">Salt of the key that wraps its visitors' keys.</param>
/// <param name="FirstOffsets">Next offset of every partition when it was made.</param>
internal sealed record SegmentMeta(long Number, long CreatedAt, long FirstBlob, byte[] Salt, long[] FirstOffsets)
{
    private const int Format = 1;
    private static readonly byte[] KeyCheck = new byte[16];

    /// <summary>Page of every segment's file.</summary>
    public const int PageBytes = 4096;

    /// <summary>2,048 decisions share a bucket of decision_key.</summary>
    /// <remarks>
    /// Ids are random, and a random index dirties a page or two per decision (it cost 18 µs each). In buckets by age, what is written stays within
    /// some 20 pages; a lookup asks every bucket, about 500 in a million decisions.
    /// </remarks>
    public const int DecisionBucketShift = 11;

    /// <summary>Came after the others: a segment begun before them gets the table, or its indexes, when it is opened for writing. Closed ones stay as they are, and are read without.</summary>
    /// <remarks>By moment; requests for a person by moment; by decision, in buckets by age for the reason above.</remarks>
    public static string[] NoteSchema { get; } =
    [
        "CREATE TABLE IF NOT EXISTS note(row INTEGER PRIMARY KEY, decision BLOB NOT NULL, visitor BLOB NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, paint_ms REAL)",
        "CREATE INDEX IF NOT EXISTS note_at ON note(at)",
        "CREATE INDEX IF NOT EXISTS note_handoff ON note(at) WHERE kind >= 32",
        $"CREATE INDEX IF NOT EXISTS note_key ON note(row >> {DecisionBucketShift}, decision)",
    ];

    public static string[] Schema { get; } =
    [
        .. NoteSchema,
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID",
        "CREATE TABLE blob(id INTEGER PRIMARY KEY, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, partitions INTEGER NOT NULL, sessions BLOB NOT NULL, data BLOB NOT NULL)",
        "CREATE TABLE run(last_id INTEGER PRIMARY KEY, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, partitions INTEGER NOT NULL, next_offsets BLOB NOT NULL)",
        "CREATE TABLE visitor_key(id INTEGER PRIMARY KEY, visitor BLOB NOT NULL, wrapped BLOB NOT NULL)",
        "CREATE TABLE decision(row INTEGER PRIMARY KEY, id BLOB NOT NULL, partition INTEGER NOT NULL, \"offset\" INTEGER NOT NULL, at INTEGER NOT NULL, visitor BLOB NOT NULL, session BLOB NOT NULL, scenario TEXT NOT NULL, verdict INTEGER NOT NULL, reason INTEGER NOT NULL, score REAL NOT NULL, body BLOB NOT NULL)",
        "CREATE TABLE decision_key(bucket INTEGER NOT NULL, key INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY(bucket, key, row)) WITHOUT ROWID",
        "CREATE INDEX decision_at ON decision(at, scenario, verdict, reason)",
    ];

    /// <summary>Writes it into a new file, inside the caller's transaction.</summary>
    public void Write(SqliteFile file, Installation installation)
    {
        using var wrap = installation.Wrap("segment", Salt);
        using var insert = file.Prepare("INSERT INTO meta(key, value) VALUES (?, ?)");
        void Number(string key, long value) => insert.BindText(1, key).Bind(2, value).Run();
        void Bytes(string key, ReadOnlySpan<byte> value) => insert.BindText(1, key).Bind(2, value).Run();
        Number("format", Format);
        Number("number", this.Number);
        Number("created_at", CreatedAt);
        Number("first_blob", FirstBlob);
        Number("partitions", installation.Partitions);
        Bytes("installation", installation.Id.ToByteArray());
        Bytes("salt", Salt);
        Bytes("key_check", wrap.Wrap(KeyCheck));
        Bytes("first_offsets", MemoryMarshal.AsBytes(FirstOffsets.AsSpan()));
    }

    /// <summary>True when the file was completely made (its tables and its meta come in one transaction).</summary>
    public static bool IsComplete(SqliteFile file) => file.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'") == 1;

    /// <summary>When a file was begun, Unix ms: everything in the files before it was committed earlier.</summary>
    public static long CreatedAtOf(SqliteFile file) => file.Scalar("SELECT value FROM meta WHERE key = 'created_at'") ?? long.MinValue;

    /// <exception cref="InstallationException">It belongs to another installation, has other partitions or a newer format.</exception>
    /// <exception cref="MasterKeyException">The master key does not open it.</exception>
    public static SegmentMeta Read(SqliteFile file, Installation installation)
    {
        var name = Path.GetFileName(file.Path);
        using var select = file.Prepare("SELECT value FROM meta WHERE key = ?");
        long Number(string key)
        {
            select.Reset();
            return select.BindText(1, key).Step() ? select.Long(0) : throw new InstallationException($"Log segment {name} lacks its field '{key}'. Restore it from a backup.");
        }

        byte[] Bytes(string key)
        {
            select.Reset();
            return select.BindText(1, key).Step() ? select.Bytes(0).ToArray() : throw new InstallationException($"Log segment {name} lacks its field '{key}'. Restore it from a backup.");
        }

        if (Number("format") is var format && format != Format)
        {
            throw new InstallationException($"Log segment {name} has format {format}; this version reads format {Format}.");
        }

        if (!Bytes("installation").AsSpan().SequenceEqual(installation.Id.ToByteArray()))
        {
            throw new InstallationException($"Log segment {name} belongs to another installation than {installation.Id}. Move it out of {installation.LogFolder}.");
        }

        if (Number("partitions") is var partitions && partitions != installation.Partitions)
        {
            throw new InstallationException($"Log segment {name} has {partitions} partitions, the installation {installation.Partitions}.");
        }

        var salt = Bytes("salt");
        using var wrap = installation.Wrap("segment", salt);
        if (!wrap.TryUnwrap(Bytes("key_check"), new byte[KeyCheck.Length]))
        {
            throw new MasterKeyException($"The master key does not open log segment {name}. Use the key this data folder was created with.");
        }

        return new SegmentMeta(Number("number"), Number("created_at"), Number("first_blob"), salt, MemoryMarshal.Cast<byte, long>(Bytes("first_offsets")).ToArray());
    }

    public static SegmentMeta New(long number, long createdAt, long firstBlob, ReadOnlySpan<long> firstOffsets) =>
        new(number, createdAt, firstBlob, RandomNumberGenerator.GetBytes(16), firstOffsets.ToArray());
}
