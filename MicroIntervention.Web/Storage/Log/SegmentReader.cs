using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>A connection of its own on one segment, for reading records while others write.</summary>
internal sealed class SegmentReader : ISegmentKeys, IDisposable
{
    // About 100 bytes each; dropped all at once when full, which costs one lookup per visitor again.
    private const int MostKeys = 131_072;

    private readonly SqliteFile _file;
    private readonly KeyWrap _wrap;
    private readonly BlobDecoder _decoder;
    private readonly SqliteStatement _selectKey;
    private readonly Dictionary<long, byte[]?> _keys = [];
    private readonly Dictionary<long, AesGcm> _blobCiphers = [];

    private SegmentReader(SqliteFile file, SegmentMeta meta, Installation installation)
    {
        _file = file;
        Meta = meta;
        _wrap = installation.Wrap("segment", meta.Salt);
        _decoder = new BlobDecoder(installation.Partitions);
        _selectKey = file.Prepare("SELECT wrapped FROM visitor_key WHERE id = ?");
    }

    public SegmentMeta Meta { get; }

    public SqliteFile File => _file;

    /// <summary>Null when the file is gone (retention) or was never completed.</summary>
    public static SegmentReader? TryOpen(LogSegment segment, Installation installation)
    {
        if (!System.IO.File.Exists(segment.Path))
        {
            return null;
        }

        var file = SqliteFile.OpenForReading(segment.Path);
        try
        {
            if (SegmentMeta.IsComplete(file))
            {
                return new SegmentReader(file, SegmentMeta.Read(file, installation), installation);
            }

            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Next offset per partition after everything in this segment.</summary>
    public long[] NextOffsets()
    {
        var next = (long[])Meta.FirstOffsets.Clone();
        var after = 0L;
        using (var run = _file.Prepare("SELECT last_id, next_offsets FROM run ORDER BY last_id DESC LIMIT 1"))
        {
            if (run.Step())
            {
                after = run.Long(0);
                MemoryMarshal.Cast<byte, long>(run.Bytes(1)).CopyTo(next);
            }
        }

        Read(after + 1, new RecordFilter(), new OffsetTracker(next), headersOnly: true, CancellationToken.None);
        return next;
    }

    /// <summary>The blob to start from so that nothing at or after the offsets is missed.</summary>
    public long FirstBlobFor(ReadOnlySpan<long> fromOffsets)
    {
        using var run = _file.Prepare("SELECT last_id, next_offsets FROM run ORDER BY last_id DESC");
        while (run.Step())
        {
            if (NoneAbove(MemoryMarshal.Cast<byte, long>(run.Bytes(1)), fromOffsets))
            {
                return run.Long(0) + 1;
            }
        }

        return 0;
    }

    /// <summary>Reads blobs from an id on, in order.</summary>
    public void Read(long fromBlob, in RecordFilter filter, ILogReader reader, bool headersOnly, CancellationToken cancellation)
    {
        using var select = _file.Prepare("SELECT id, data FROM blob WHERE id >= ? ORDER BY id");
        select.Bind(1, fromBlob);
        while (select.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            Decode(select.Long(0), select.Bytes(1), filter, reader, headersOnly);
        }
    }

    /// <summary>Reads the blobs that may hold the wanted records: by partition, time and session.</summary>
    /// <param name="partition">Where the records lie.</param>
    /// <param name="filter">What is wanted.</param>
    /// <param name="reader">Gets the records.</param>
    /// <param name="cancellation">Stops between blobs.</param>
    public void ReadSelected(int partition, in RecordFilter filter, ILogReader reader, CancellationToken cancellation)
    {
        // Runs are summaries of up to 256 blobs each, so that a short visit in a long day reads a few rows.
        using var runs = _file.Prepare("SELECT last_id, first_at, last_at, partitions FROM run ORDER BY last_id");
        var bit = 1L << (partition & 63);
        var after = 0L;
        while (runs.Step())
        {
            var last = runs.Long(0);
            if (runs.Long(1) <= filter.ToAt && runs.Long(2) >= filter.FromAt && (runs.Long(3) & bit) != 0)
            {
                ReadRange(after, last, bit, filter, reader, cancellation);
            }

            after = last;
        }

        ReadRange(after, long.MaxValue, bit, filter, reader, cancellation);
    }

    /// <summary>Checks one blob and gives all its records.</summary>
    public void DecodeAll(long id, ReadOnlySpan<byte> data, ILogReader reader) => Decode(id, data, new RecordFilter(), reader, headersOnly: false);

    public byte[]? Find(long keyId)
    {
        if (_keys.TryGetValue(keyId, out var known))
        {
            return known;
        }

        if (_keys.Count >= MostKeys)
        {
            _keys.Clear();
        }

        _selectKey.Reset();
        byte[]? key = null;
        if (_selectKey.Bind(1, keyId).Step() && _selectKey.Bytes(0) is var wrapped && wrapped.ContainsAnyExcept((byte)0))
        {
            key = new byte[VisitorCipher.KeySize];
            if (!_wrap.TryUnwrap(wrapped, key))
            {
                throw new LogCorruptionException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"key {keyId} was changed"));
            }
        }

        _selectKey.Reset();
        _keys.Add(keyId, key);
        return key;
    }

    public AesGcm? FindBlobCipher(long keyId)
    {
        // One key a run of the server: a handful in a segment.
        if (!_blobCiphers.TryGetValue(keyId, out var cipher) && Find(keyId) is { } key)
        {
            cipher = new AesGcm(key, KeyWrap.TagSize);
            _blobCiphers.Add(keyId, cipher);
        }

        return cipher;
    }

    public void Dispose()
    {
        foreach (var cipher in _blobCiphers.Values)
        {
            cipher.Dispose();
        }

        _selectKey.Dispose();
        _wrap.Dispose();
        _file.Dispose();
    }

    internal static bool NoneAbove(ReadOnlySpan<long> offsets, ReadOnlySpan<long> limits)
    {
        for (var i = 0; i < offsets.Length; i++)
        {
            if (offsets[i] > limits[i])
            {
                return false;
            }
        }

        return true;
    }

    private void ReadRange(long after, long last, long bit, in RecordFilter filter, ILogReader reader, CancellationToken cancellation)
    {
        using var select = _file.Prepare("SELECT id, sessions, data FROM blob WHERE id > ? AND id <= ? AND last_at >= ? AND first_at <= ? AND (partitions & ?) <> 0 ORDER BY id");
        select.Bind(1, after).Bind(2, last).Bind(3, filter.FromAt).Bind(4, filter.ToAt).Bind(5, bit);
        while (select.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            if (filter.Session.IsZero || Names(select.Bytes(1), filter.Session.High))
            {
                // The data column is touched only here: its overflow pages are not even read for other blobs.
                Decode(select.Long(0), select.Bytes(2), filter, reader, headersOnly: false);
            }
        }
    }

    private static bool Names(ReadOnlySpan<byte> prefixes, ulong prefix)
    {
        for (; prefixes.Length >= BlobFormat.SessionPrefixLength; prefixes = prefixes[BlobFormat.SessionPrefixLength..])
        {
            if (BinaryPrimitives.ReadUInt64BigEndian(prefixes) == prefix)
            {
                return true;
            }
        }

        return false;
    }

    private void Decode(long id, ReadOnlySpan<byte> data, in RecordFilter filter, ILogReader reader, bool headersOnly)
    {
        try
        {
            _decoder.Decode(data, id, headersOnly ? null : this, filter, reader);
        }
        catch (LogCorruptionException wrong)
        {
            throw new LogCorruptionException($"Log segment {System.IO.Path.GetFileName(_file.Path)}: {wrong.Message}. Restore the segment from a backup.", wrong);
        }
    }

    private sealed class OffsetTracker(long[] next) : ILogReader
    {
        public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload) => next[header.Partition] = header.Offset + 1;
    }
}
