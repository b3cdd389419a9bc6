using System.Buffers.Binary;
using System.Security.Cryptography;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Reads a blob back: checks it, then gives its records in the order in which they were added.</summary>
/// <remarks>Keeps its buffers between blobs; not thread-safe. Decrypts only when a record in it is wanted.</remarks>
internal sealed class BlobDecoder(int partitions)
{
    private readonly long[] _expected = new long[partitions];
    private readonly int[] _seenIn = new int[partitions];
    private Group[] _groups = new Group[64];
    private byte[] _plain = new byte[64 * 1024];
    private int _generation;
    private BlobState _state;

    /// <param name="data">The stored blob.</param>
    /// <param name="blobId">Its row; must be the one it was encrypted for.</param>
    /// <param name="keys">Where visitors' keys are; null to read headers only (payloads come empty).</param>
    /// <param name="filter">Which records are wanted.</param>
    /// <param name="reader">Gets them.</param>
    /// <exception cref="LogCorruptionException">Checksum, structure or authentication is wrong.</exception>
    public void Decode(ReadOnlySpan<byte> data, long blobId, ISegmentKeys? keys, in RecordFilter filter, ILogReader reader)
    {
        if (data.Length < BlobFormat.FixedLength || BinaryPrimitives.ReadUInt32LittleEndian(data) != BlobFormat.Magic)
        {
            throw Corrupt(blobId, "it does not start like a blob of version 1");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(data[BlobFormat.ChecksumAt..]) != BlobFormat.Checksum(data[8..]))
        {
            throw Corrupt(blobId, "its checksum does not match its bytes");
        }

        if (BinaryPrimitives.ReadInt64LittleEndian(data[BlobFormat.BlobIdAt..]) != blobId)
        {
            throw Corrupt(blobId, "it carries another blob's number");
        }

        try
        {
            DecodeChecked(data, blobId, keys, filter, reader);
        }
        catch (Exception wrong) when (wrong is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw Corrupt(blobId, "its structure is wrong", wrong);
        }
    }

    private static LogCorruptionException Corrupt(long blobId, string why, Exception? inner = null) =>
        new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"blob {blobId} cannot be read: {why}"), inner);

    private static int Count(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadInt32LittleEndian(data[at..]);

    private void DecodeChecked(ReadOnlySpan<byte> data, long blobId, ISegmentKeys? keys, in RecordFilter filter, ILogReader reader)
    {
        var recordCount = Count(data, BlobFormat.RecordCountAt);
        var groupCount = Count(data, BlobFormat.GroupCountAt);
        var sessions = data.Slice(BlobFormat.FixedLength, checked(Count(data, BlobFormat.SessionCountAt) * Hash128.Size));
        var groupsAt = BlobFormat.FixedLength + sessions.Length;
        var recordsAt = checked(groupsAt + (groupCount * BlobFormat.GroupLength));
        var headEnd = checked(recordsAt + Count(data, BlobFormat.RecordsLengthAt));
        var part = new Parts
        {
            BlobId = blobId,
            Head = data[BlobFormat.RecordCountAt..headEnd],
            Tag = data.Slice(headEnd, BlobFormat.TagLength),
            Payloads = data.Slice(headEnd + BlobFormat.TagLength, Count(data, BlobFormat.PayloadLengthAt)),
        };
        ReadGroups(data[groupsAt..recordsAt], groupCount, part.Payloads.Length);
        _generation++;
        _state = BlobState.Closed;
        var header = default(RecordHeader);
        var at = BinaryPrimitives.ReadInt64LittleEndian(data[BlobFormat.FirstAtAt..]);
        var records = new ByteCursor(data[recordsAt..headEnd]);
        for (var i = 0; i < recordCount; i++)
        {
            var group = ReadRecord(ref records, ref header, sessions, ref at);
            ref var from = ref _groups[group];
            var start = from.Cursor;
            from.Cursor += header.PayloadLength;
            header.PayloadStart = 0;
            if (filter.Wants(header))
            {
                Give(header, ref from, start, part, filter.WantsHeaderOnly(header) ? null : keys, reader);
            }
        }
    }

    private void Give(in RecordHeader header, ref Group group, int start, in Parts part, ISegmentKeys? keys, ILogReader reader)
    {
        if (keys is null)
        {
            reader.OnRecord(header, default);
            return;
        }

        if (_state == BlobState.Closed)
        {
            _state = Open(part, keys);
        }

        if (group.State == GroupState.Closed)
        {
            group.State = OpenGroup(group, part.BlobId, keys);
        }

        if (_state == BlobState.Erased || group.State == GroupState.Erased)
        {
            var erased = header;
            erased.PayloadLength = 0;
            reader.OnRecord(erased, ISignalLog.ErasedPayload);
            return;
        }

        reader.OnRecord(header, _plain.AsSpan(start, header.PayloadLength));
    }

    private BlobState Open(in Parts part, ISegmentKeys keys)
    {
        var keyId = BinaryPrimitives.ReadInt64LittleEndian(part.Head[(BlobFormat.BlobKeyAt - BlobFormat.RecordCountAt)..]);
        if (keys.FindBlobCipher(keyId) is not { } cipher)
        {
            return BlobState.Erased;
        }

        Span<byte> nonce = stackalloc byte[KeyWrap.NonceSize];
        BlobFormat.WriteNonce(nonce, part.BlobId);
        try
        {
            cipher.Decrypt(nonce, part.Payloads, part.Tag, _plain.AsSpan(0, part.Payloads.Length), part.Head);
            return BlobState.Open;
        }
        catch (AuthenticationTagMismatchException wrong)
        {
            throw Corrupt(part.BlobId, "its payloads or the headers they are bound to were changed", wrong);
        }
    }

    private GroupState OpenGroup(in Group group, long blobId, ISegmentKeys keys)
    {
        if (group.KeyId == 0)
        {
            return GroupState.Open;
        }

        if (keys.Find(group.KeyId) is not { } key)
        {
            return GroupState.Erased;
        }

        VisitorCipher.Apply(key, blobId, _plain.AsSpan(group.Start, group.PlainLength));
        return GroupState.Open;
    }

    private void ReadGroups(ReadOnlySpan<byte> bytes, int count, int payloadLength)
    {
        if (_groups.Length < count)
        {
            _groups = new Group[count * 2];
        }

        if (_plain.Length < payloadLength)
        {
            _plain = new byte[payloadLength];
        }

        var cursor = new ByteCursor(bytes);
        var start = 0;
        for (var i = 0; i < count; i++)
        {
            var visitor = cursor.Hash();
            var keyId = cursor.Long();
            var length = cursor.Int();
            _groups[i] = new Group { Visitor = visitor, KeyId = keyId, PlainLength = length, Start = start, Cursor = start };
            start = checked(start + length);
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(start, payloadLength);
    }

    private int ReadRecord(ref ByteCursor records, ref RecordHeader header, ReadOnlySpan<byte> sessions, ref long at)
    {
        var has = records.Byte();
        header.Kind = (RecordKind)records.Byte();
        header.SignalKind = (SignalKind)records.Byte();
        header.Flags = (SignalFlags)records.Byte();
        header.Verdict = (SignalVerdict)records.Byte();
        header.Partition = (int)records.Varint();
        if (_seenIn[header.Partition] != _generation)
        {
            _seenIn[header.Partition] = _generation;
            _expected[header.Partition] = 0;
        }

        header.Offset = _expected[header.Partition] + records.Signed();
        _expected[header.Partition] = header.Offset + 1;
        at += records.Signed();
        header.At = new Moment(at);
        header.ReceivedAt = new Moment(at + records.Signed());
        header.SourceTime = new Moment(header.ReceivedAt.Milliseconds + records.Signed());
        var group = (int)records.Varint();
        header.Visitor = new VisitorId(_groups[group].Visitor);
        var session = (int)records.Varint();
        header.Session = new SessionId(session == 0 ? default : Hash128.Read(sessions[((session - 1) * Hash128.Size)..]));
        header.Source = new SourceId((ushort)records.Varint());
        header.PayloadLength = (int)records.Varint();
        header.ExplicitSession = (has & BlobFormat.HasExplicitSession) != 0 ? records.Hash() : default;
        header.Message = new MessageKey((has & BlobFormat.HasMessage) != 0 ? records.Hash() : default);
        header.About = new DecisionId((has & BlobFormat.HasAbout) != 0 ? records.Hash() : default);
        header.ZoneOffsetMinutes = (has & BlobFormat.HasZone) != 0 ? (short)records.Signed() : Signal.UnknownZone;
        return group;
    }

    private enum BlobState : byte
    {
        Closed,
        Open,
        Erased,
    }

    private enum GroupState : byte
    {
        Closed,
        Open,
        Erased,
    }

    private struct Group
    {
        public Hash128 Visitor;
        public long KeyId;
        public int PlainLength;
        public int Start;
        public int Cursor;
        public GroupState State;
    }

    private ref struct Parts
    {
        public long BlobId;
        public ReadOnlySpan<byte> Head;
        public ReadOnlySpan<byte> Tag;
        public ReadOnlySpan<byte> Payloads;
    }
}
