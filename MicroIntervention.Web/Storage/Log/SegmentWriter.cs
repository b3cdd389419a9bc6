using System.Runtime.InteropServices;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>The segment being written: one connection, its statements, one transaction at a time.</summary>
/// <remarks>Used under the log's gate only.</remarks>
internal sealed class SegmentWriter : IDisposable
{
    // A run's row lets readers skip this much at once and a start read no more than this much.
    private const int BlobsPerRun = 256;
    private const long BytesPerRun = 4L << 20;

    private readonly SqliteFile _file;
    private readonly KeyWrap _wrap;
    private readonly BlobEncoder _encoder;
    private readonly RandomBytes _random = new();
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _insertBlob;
    private readonly SqliteStatement _insertRun;
    private readonly SqliteStatement _insertKey;
    private readonly EntryWriter _entries;
    private readonly long[] _next;
    private VisitorKeys? _keys;
    private BlobRun _open = BlobRun.Empty;
    private BlobRun _added = BlobRun.Empty;

    private SegmentWriter(LogSegment segment, SqliteFile file, SegmentMeta meta, Installation installation, LogDurability durability, ReadOnlySpan<long> next)
    {
        Segment = segment;
        Meta = meta;
        _file = file;
        _next = next.ToArray();
        _encoder = new BlobEncoder(installation.Partitions);
        _wrap = installation.Wrap("segment", meta.Salt);
        file.Execute(durability switch
        {
            LogDurability.Full => "PRAGMA synchronous=FULL",
            LogDurability.Normal => "PRAGMA synchronous=NORMAL",
            _ => throw new ArgumentOutOfRangeException(nameof(durability)),
        });
        file.Execute("PRAGMA wal_autocheckpoint=0");
        file.Execute("PRAGMA secure_delete=ON");
        file.Execute("PRAGMA temp_store=MEMORY");

        // Almost every page is written once and not read again: a larger cache holds only what nobody asks for.
        file.Execute("PRAGMA cache_size=-8192");
        _begin = file.Prepare("BEGIN IMMEDIATE");
        _commit = file.Prepare("COMMIT");
        _insertBlob = file.Prepare("INSERT INTO blob(id, first_at, last_at, partitions, sessions, data) VALUES (?, ?, ?, ?, ?, ?)");
        _insertRun = file.Prepare("INSERT INTO run(last_id, first_at, last_at, partitions, next_offsets) VALUES (?, ?, ?, ?, ?)");
        _insertKey = file.Prepare("INSERT INTO visitor_key(id, visitor, wrapped) VALUES (?, ?, ?)");
        _entries = new EntryWriter(file);
        LastBlob = Math.Max(meta.FirstBlob - 1, file.Scalar("SELECT max(id) FROM blob") ?? 0);
        _open = OpenRun(file);
        Measure();
    }

    public LogSegment Segment { get; }

    public SegmentMeta Meta { get; }

    public SqliteFile File => _file;

    /// <summary>Newest durable blob; before the first, the id before it.</summary>
    public long LastBlob { get; private set; }

    /// <summary>Size of the segment, estimated between two looks.</summary>
    public long Bytes { get; private set; }

    /// <summary>Next offset per partition after everything durable.</summary>
    public ReadOnlySpan<long> NextOffsets => _next;

    /// <summary>Makes the segment's file. A file left by a crash in the middle of this is replaced.</summary>
    public static SegmentWriter Create(LogSegment segment, SegmentMeta meta, Installation installation, LogDurability durability)
    {
        segment.Delete();
        var file = SqliteFile.OpenForWriting(segment.Path, create: true);
        try
        {
            OwnerOnly.Restrict(segment.Path);
            file.Execute($"PRAGMA page_size={SegmentMeta.PageBytes}");
            file.Execute("PRAGMA journal_mode=WAL");
            file.Execute("PRAGMA synchronous=FULL");
            file.Execute("BEGIN IMMEDIATE");
            foreach (var table in SegmentMeta.Schema)
            {
                file.Execute(table);
            }

            meta.Write(file, installation);
            file.Execute("COMMIT");
            return new SegmentWriter(segment, file, meta, installation, durability, meta.FirstOffsets);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens the newest segment after a stop or a crash.</summary>
    public static SegmentWriter Open(LogSegment segment, Installation installation, LogDurability durability)
    {
        SegmentMeta meta;
        long[] next;
        using (var reader = SegmentReader.TryOpen(segment, installation) ?? throw new InstallationException($"Log segment {segment.Path} is incomplete."))
        {
            meta = reader.Meta;
            next = reader.NextOffsets();
        }

        var file = SqliteFile.OpenForWriting(segment.Path, create: false);
        try
        {
            return new SegmentWriter(segment, file, meta, installation, durability, next);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Connects the writer's keys; their rows go into this segment.</summary>
    public void Use(VisitorKeys keys)
    {
        _keys = keys;
        keys.StartSegment((_file.Scalar("SELECT max(id) FROM visitor_key") ?? 0) + 1);
    }

    /// <summary>Writes a whole group in one transaction. When it throws, nothing of it is in the log; call <see cref="RollBack"/>.</summary>
    /// <param name="group">Batches in order of appending.</param>
    /// <param name="nextBlob">Id of the next blob; raised, and never lowered, not even when this fails (ids are nonces).</param>
    public void Write(List<LogBatch> group, ref long nextBlob)
    {
        _added = BlobRun.Empty;
        _entries.Begin();
        _begin.Run();
        if (_open.Blobs >= BlobsPerRun || _open.Bytes >= BytesPerRun)
        {
            _insertRun.Bind(1, LastBlob).Bind(2, _open.FirstAt).Bind(3, _open.LastAt).Bind(4, _open.Partitions)
                .Bind(5, MemoryMarshal.AsBytes(_next.AsSpan())).Run();
        }

        _encoder.Clear();
        foreach (var batch in group)
        {
            foreach (ref readonly var header in batch.Headers)
            {
                if (_encoder.IsFullFor(header.PayloadLength))
                {
                    Flush(ref nextBlob);
                }

                _encoder.Add(header, batch.PayloadOf(header));
            }

            foreach (ref readonly var decision in CollectionsMarshal.AsSpan(batch.Decisions))
            {
                _added.Bytes += _entries.Insert(in decision);
            }

            foreach (ref readonly var note in CollectionsMarshal.AsSpan(batch.Notes))
            {
                _added.Bytes += _entries.Insert(in note);
            }
        }

        Flush(ref nextBlob);
        _commit.Run();
        Committed(group, nextBlob - 1);
    }

    /// <summary>Undoes a failed <see cref="Write"/>.</summary>
    public void RollBack()
    {
        _keys?.RolledBack();
        if (!_file.IsAutoCommit)
        {
            _file.Execute("ROLLBACK");
        }
    }

    /// <summary>Called by <see cref="VisitorKeys"/>: stores a new key, wrapped, in the transaction under way.</summary>
    public void Store(VisitorKey key)
    {
        Span<byte> nonce = stackalloc byte[KeyWrap.NonceSize];
        Span<byte> visitor = stackalloc byte[Hash128.Size];
        Span<byte> wrapped = stackalloc byte[32 + KeyWrap.Overhead];
        _random.Fill(nonce);
        key.Visitor.Value.Write(visitor);
        _wrap.Wrap(nonce, key.Key, wrapped);
        _insertKey.Bind(1, key.Id).Bind(2, visitor).Bind(3, wrapped).Run();
        _added.Bytes += 100;
    }

    /// <summary>Looks again how large the file is.</summary>
    public long Measure() => Bytes = (_file.Scalar("PRAGMA page_count") ?? 0) * (_file.Scalar("PRAGMA page_size") ?? 0);

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _insertBlob.Dispose();
        _insertRun.Dispose();
        _insertKey.Dispose();
        _entries.Dispose();
        _wrap.Dispose();
        _file.Dispose();
    }

    private static BlobRun OpenRun(SqliteFile file)
    {
        var run = BlobRun.Empty;
        using var blobs = file.Prepare("SELECT first_at, last_at, partitions, length(data) FROM blob WHERE id > (SELECT ifnull(max(last_id), 0) FROM run)");
        while (blobs.Step())
        {
            run.Add(blobs.Long(0), blobs.Long(1), blobs.Long(2), blobs.Long(3));
        }

        return run;
    }

    private void Flush(ref long nextBlob)
    {
        if (_encoder.Count == 0)
        {
            return;
        }

        var id = nextBlob++;
        var data = _encoder.Finish(id, _keys!);
        _insertBlob.Bind(1, id).Bind(2, _encoder.FirstAt).Bind(3, _encoder.LastAt).Bind(4, _encoder.Partitions)
            .Bind(5, _encoder.SessionPrefixes).Bind(6, data).Run();
        _added.Add(_encoder.FirstAt, _encoder.LastAt, _encoder.Partitions, data.Length);
        _encoder.Clear();
    }

    private void Committed(List<LogBatch> group, long lastBlob)
    {
        _keys!.Committed();
        if (_open.Blobs >= BlobsPerRun || _open.Bytes >= BytesPerRun)
        {
            _open = BlobRun.Empty;
        }

        _open.Add(_added);
        Bytes += _added.Bytes;
        _entries.Committed();
        LastBlob = Math.Max(LastBlob, lastBlob);
        foreach (var batch in group)
        {
            foreach (ref readonly var header in batch.Headers)
            {
                _next[header.Partition] = header.Offset + 1;
            }
        }
    }
}
