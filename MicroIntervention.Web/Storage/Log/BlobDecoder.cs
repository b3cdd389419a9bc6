using System.Buffers.Binary;
using System.Security.Cryptography;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Reads a blob back: checks it, then gives its records in the order in which they were added.</summary>
/// <remarks>Keeps its buffers between blobs; not thread-safe. Decrypts a visitor's part only when one of its records is wanted.</remarks>
internal sealed class BlobDecoder(int partitions)
{
    private readonly long[] _expected = new long[partitions];
    private readonly int[] _seenIn = new int[partitions];
    private Group[] _groups = new Group[64];
    private byte[] _plain = new byte[64 * 1024];
    private int _generation;

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
            Head = data[8..headEnd],
            Tags = data.Slice(headEnd, groupCount * BlobFormat.TagLength),
            Payloads = data.Slice(headEnd + (groupCount * BlobFormat.TagLength), Count(data, BlobFormat.PayloadLengthAt)),
        };
        ReadGroups(data[groupsAt..recordsAt], groupCount, part.Payloads.Length);
        _generation++;
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
                Give(header, ref from, group, start, part, keys, reader);
            }
        }
    }

    private void Give(in RecordHeader header, ref Group group, int index, int start, in Parts part, ISegmentKeys? keys, ILogReader reader)
    {
        if (keys is null)
        {
            reader.OnRecord(header, default);
            return;
        }

        if (group.State == GroupState.Closed)
        {
            group.State = OpenGroup(ref group, index, part, keys);
        }

        if (group.State == GroupState.Erased)
        {
            var erased = header;
            erased.PayloadLength = 0;
            reader.OnRecord(erased, ISignalLog.ErasedPayload);
            return;
        }

        reader.OnRecord(header, _plain.AsSpan(start, header.PayloadLength));
    }

    private GroupState OpenGroup(ref Group group, int index, in Parts part, ISegmentKeys keys)
    {
        var bytes = part.Payloads.Slice(group.Start, group.PlainLength);
        var plain = _plain.AsSpan(group.Start, group.PlainLength);
        if (group.KeyId == 0)
        {
            bytes.CopyTo(plain);
            return GroupState.Open;
        }

        if (keys.Find(group.KeyId) is not { } cipher)
        {
            return GroupState.Erased;
        }

        Span<byte> nonce = stackalloc byte[KeyWrap.NonceSize];
        BlobFormat.WriteNonce(nonce, part.BlobId);
        Span<byte> binding = stackalloc byte[BlobFormat.BindingLength];
        SHA256.HashData(part.Head, binding);
        BinaryPrimitives.WriteInt32LittleEndian(binding[SHA256.HashSizeInBytes..], index);
        try
        {
            cipher.Decrypt(nonce, bytes, part.Tags.Slice(index * BlobFormat.TagLength, BlobFormat.TagLength), plain, binding);
            return GroupState.Open;
        }
        catch (AuthenticationTagMismatchException wrong)
        {
            throw Corrupt(part.BlobId, "a payload or the headers it is bound to were changed", wrong);
        }
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
        public ReadOnlySpan<byte> Tags;
        public ReadOnlySpan<byte> Payloads;
    }
}
