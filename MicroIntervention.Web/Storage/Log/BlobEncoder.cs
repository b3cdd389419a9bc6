using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Gathers records of any partitions into one blob: clear headers, then every visitor's payloads together under that visitor's key, then all of it under the blobs' key.</summary>
/// <remarks>One per commit thread; allocates only while its buffers grow. One library call a blob, whatever its number of visitors.</remarks>
internal sealed class BlobEncoder(int partitions)
{
    private readonly ByteWriter _records = new(96 * 1024);
    private readonly ByteWriter _plain = new(96 * 1024);
    private readonly ByteWriter _blob = new(192 * 1024);
    private readonly Dictionary<Hash128, int> _sessionIndex = new(512);
    private readonly List<Hash128> _sessions = new(512);
    private readonly Dictionary<(Hash128 Visitor, bool Clear), int> _groupIndex = new(512);
    private readonly List<Group> _groups = new(512);
    private readonly List<Piece> _pieces = new(512);
    private readonly long[] _expected = new long[partitions];
    private readonly int[] _seenIn = new int[partitions];
    private byte[] _prefixes = new byte[4096];
    private int _generation = 1;
    private long _previousAt;

    public int Count => _pieces.Count;

    public long FirstAt { get; private set; }

    public long LastAt { get; private set; }

    /// <summary>Bit (partition mod 64) is set for every partition with a record in it.</summary>
    public long Partitions { get; private set; }

    /// <summary>8-byte prefixes of the distinct sessions.</summary>
    public ReadOnlySpan<byte> SessionPrefixes => _prefixes.AsSpan(0, _sessions.Count * BlobFormat.SessionPrefixLength);

    /// <summary>True when adding this many payload bytes would make the blob longer than it should be.</summary>
    public bool IsFullFor(int payloadLength) =>
        Count > 0 && _records.Length + _plain.Length + payloadLength + 100 +
        ((_sessions.Count + 1) * Hash128.Size) + ((_groups.Count + 1) * BlobFormat.GroupLength) > BlobFormat.TargetLength;

    public void Clear()
    {
        _records.Clear();
        _plain.Clear();
        _sessionIndex.Clear();
        _sessions.Clear();
        _groupIndex.Clear();
        _groups.Clear();
        _pieces.Clear();
        _generation++;
        Partitions = 0;
    }

    public void Add(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        var at = header.At.Milliseconds;
        if (Count == 0)
        {
            FirstAt = LastAt = _previousAt = at;
        }

        FirstAt = Math.Min(FirstAt, at);
        LastAt = Math.Max(LastAt, at);
        Partitions |= 1L << (header.Partition & 63);
        var group = GroupOf(header);
        CollectionsMarshal.AsSpan(_groups)[group].PlainLength += payload.Length;
        _pieces.Add(new Piece(group, _plain.Length, payload.Length));
        payload.CopyTo(_plain.Take(payload.Length));
        WriteRecord(header, group, payload.Length);
        _previousAt = at;
    }

    /// <summary>Closes the blob: encrypts, checks and returns it. Valid until the next <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Finish(long blobId, VisitorKeys keys)
    {
        var groups = CollectionsMarshal.AsSpan(_groups);
        var start = 0;
        foreach (ref var group in groups)
        {
            group.Start = group.Cursor = start;
            start += group.PlainLength;
            if (!group.IsClear && group.PlainLength > 0)
            {
                group.Key = keys.For(new VisitorId(group.Visitor));
            }
        }

        var (cipher, blobKey) = keys.ForBlobs();
        WriteHead(blobId, blobKey, groups);
        var headEnd = _blob.Length;
        _blob.Take(BlobFormat.TagLength + _plain.Length);
        var payloads = _blob.At(headEnd + BlobFormat.TagLength, _plain.Length);
        foreach (ref readonly var piece in CollectionsMarshal.AsSpan(_pieces))
        {
            ref var group = ref groups[piece.Group];
            _plain.Written.Slice(piece.Start, piece.Length).CopyTo(payloads[group.Cursor..]);
            group.Cursor += piece.Length;
        }

        foreach (ref readonly var group in groups)
        {
            if (group.Key is { } key)
            {
                VisitorCipher.Apply(key.Key, blobId, payloads.Slice(group.Start, group.PlainLength));
            }
        }

        Span<byte> nonce = stackalloc byte[KeyWrap.NonceSize];
        BlobFormat.WriteNonce(nonce, blobId);
        cipher.Encrypt(nonce, payloads, payloads, _blob.At(headEnd, BlobFormat.TagLength), _blob.At(BlobFormat.RecordCountAt, headEnd - BlobFormat.RecordCountAt));
        BinaryPrimitives.WriteUInt32LittleEndian(_blob.At(BlobFormat.ChecksumAt, 4), BlobFormat.Checksum(_blob.Written[BlobFormat.RecordCountAt..]));
        return _blob.Written;
    }

    private void WriteHead(long blobId, long blobKey, Span<Group> groups)
    {
        _blob.Clear();
        _blob.Int(unchecked((int)BlobFormat.Magic));
        _blob.Int(0);
        _blob.Int(Count);
        _blob.Int(_sessions.Count);
        _blob.Int(groups.Length);
        _blob.Int(_records.Length);
        _blob.Int(_plain.Length);
        _blob.Int(0);
        _blob.Long(blobId);
        _blob.Long(FirstAtOfFirstRecord);
        _blob.Long(blobKey);
        if (_prefixes.Length < _sessions.Count * BlobFormat.SessionPrefixLength)
        {
            _prefixes = new byte[_sessions.Count * BlobFormat.SessionPrefixLength * 2];
        }

        for (var i = 0; i < _sessions.Count; i++)
        {
            _blob.Hash(_sessions[i]);
            BinaryPrimitives.WriteUInt64BigEndian(_prefixes.AsSpan(i * BlobFormat.SessionPrefixLength), _sessions[i].High);
        }

        foreach (ref readonly var group in groups)
        {
            _blob.Hash(group.Visitor);
            _blob.Long(group.Key?.Id ?? 0);
            _blob.Int(group.PlainLength);
        }

        _records.Written.CopyTo(_blob.Take(_records.Length));
    }

    private long FirstAtOfFirstRecord { get; set; }

    private void WriteRecord(in RecordHeader header, int group, int payloadLength)
    {
        if (Count == 1)
        {
            FirstAtOfFirstRecord = header.At.Milliseconds;
        }

        var has = (byte)((header.ExplicitSession.IsZero ? 0 : BlobFormat.HasExplicitSession) |
            (header.Message.Value.IsZero ? 0 : BlobFormat.HasMessage) |
            (header.About.Value.IsZero ? 0 : BlobFormat.HasAbout) |
            (header.ZoneOffsetMinutes == Signal.UnknownZone ? 0 : BlobFormat.HasZone));
        var fixedPart = _records.Take(5);
        fixedPart[0] = has;
        fixedPart[1] = (byte)header.Kind;
        fixedPart[2] = (byte)header.SignalKind;
        fixedPart[3] = (byte)header.Flags;
        fixedPart[4] = (byte)header.Verdict;
        _records.Varint((uint)header.Partition);

        // Offsets rise by 1 within a partition, so all but a partition's first in this blob are one zero byte.
        if (_seenIn[header.Partition] != _generation)
        {
            _seenIn[header.Partition] = _generation;
            _expected[header.Partition] = 0;
        }

        _records.Signed(header.Offset - _expected[header.Partition]);
        _expected[header.Partition] = header.Offset + 1;
        _records.Signed(header.At.Milliseconds - _previousAt);
        _records.Signed(header.ReceivedAt.Milliseconds - header.At.Milliseconds);
        _records.Signed(header.SourceTime.Milliseconds - header.ReceivedAt.Milliseconds);
        _records.Varint((uint)group);
        _records.Varint((uint)SessionOf(header.Session.Value));
        _records.Varint(header.Source.Value);
        _records.Varint((uint)payloadLength);
        if ((has & BlobFormat.HasExplicitSession) != 0)
        {
            _records.Hash(header.ExplicitSession);
        }

        if ((has & BlobFormat.HasMessage) != 0)
        {
            _records.Hash(header.Message.Value);
        }

        if ((has & BlobFormat.HasAbout) != 0)
        {
            _records.Hash(header.About.Value);
        }

        if ((has & BlobFormat.HasZone) != 0)
        {
            _records.Signed(header.ZoneOffsetMinutes);
        }
    }

    /// <summary>0 is "no session"; the table counts from 1.</summary>
    private int SessionOf(Hash128 session)
    {
        if (session.IsZero)
        {
            return 0;
        }

        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_sessionIndex, session, out var exists);
        if (!exists)
        {
            _sessions.Add(session);
            index = _sessions.Count;
        }

        return index;
    }

    private int GroupOf(in RecordHeader header)
    {
        // Control records hold plans and switches, no personal data; they must stay readable after every erasure, so no visitor's key is on them.
        var isClear = header.Kind is not (RecordKind.Signal or RecordKind.Internal);
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_groupIndex, (header.Visitor.Value, isClear), out var exists);
        if (!exists)
        {
            index = _groups.Count;
            _groups.Add(new Group { Visitor = header.Visitor.Value, IsClear = isClear });
        }

        return index;
    }

    private struct Group
    {
        public Hash128 Visitor;
        public bool IsClear;
        public int PlainLength;
        public int Start;
        public int Cursor;
        public VisitorKey? Key;
    }

    private readonly record struct Piece(int Group, int Start, int Length);
}
