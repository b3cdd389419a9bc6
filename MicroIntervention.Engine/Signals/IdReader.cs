using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>Turns the ids an event carries into keyed hashes.</summary>
/// <remarks>
/// Text, or a whole number as it is written (<c>"userId": 42</c> is the id <c>42</c>: some senders have numeric keys). At most
/// <see cref="MaxLength"/> bytes of UTF-8 once escapes are resolved. Empty text and null count as absent.
/// </remarks>
internal static class IdReader
{
    /// <summary>Longest id or event name, bytes of UTF-8.</summary>
    public const int MaxLength = 256;

    // The longest way to write one byte is \u00XX.
    private const int MaxEscapedLength = MaxLength * 6;

    /// <summary>Copies the id; a length of 0 means absent.</summary>
    public static RejectionReason Read(ReadOnlySpan<byte> json, in JsonToken token, bool allowNumber, Span<byte> destination, out int length)
    {
        length = 0;
        if (!token.IsValue)
        {
            return RejectionReason.None;
        }

        var text = token.In(json);
        switch (token.Kind)
        {
            case JsonTokenKind.Text when token.Escaped:
                length = text.Length > MaxEscapedLength ? JsonText.TooLong : JsonText.Unescape(text, destination[..MaxLength]);
                break;
            case JsonTokenKind.Text:
            case JsonTokenKind.Number when allowNumber && !text.ContainsAny((byte)'.', (byte)'e', (byte)'E'):
                length = text.Length > MaxLength ? JsonText.TooLong : text.Length;
                break;
            default:
                return RejectionReason.WrongType;
        }

        if (length < 0)
        {
            return length == JsonText.TooLong ? RejectionReason.TextTooLong : RejectionReason.InvalidUtf8;
        }

        if (!token.Escaped)
        {
            text.CopyTo(destination);
        }

        return RejectionReason.None;
    }

    /// <summary>The visitor: the anonymous id, else the user id.</summary>
    [SkipLocalsInit]
    public static RejectionReason Visitor(KeyedHash hash, ReadOnlySpan<byte> json, in EventFields fields, out VisitorId visitor, out string field)
    {
        Span<byte> bytes = stackalloc byte[2 + MaxLength];
        visitor = default;
        field = "anonymousId";
        bytes[0] = (byte)'a';
        bytes[1] = (byte)':';
        var reason = Read(json, fields.AnonymousId, allowNumber: true, bytes[2..], out var length);
        if (reason == RejectionReason.None && length == 0)
        {
            field = "userId";
            bytes[0] = (byte)'u';
            reason = Read(json, fields.UserId, allowNumber: true, bytes[2..], out length);
        }

        if (reason != RejectionReason.None)
        {
            return reason;
        }

        if (length == 0)
        {
            field = "anonymousId";
            return RejectionReason.MissingIdentity;
        }

        visitor = new VisitorId(hash.Of(HashDomain.Visitor, bytes[..(2 + length)]));
        return RejectionReason.None;
    }

    /// <summary>What makes a retried event the same event; without a messageId made of the request's seed and the event's index.</summary>
    [SkipLocalsInit]
    public static RejectionReason Message(KeyedHash hash, ReadOnlySpan<byte> json, in JsonToken messageId, in SignalDoor door, int index, out MessageKey key)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort) + MaxLength];
        key = default;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, door.Source.Value);
        var reason = Read(json, messageId, allowNumber: true, bytes[sizeof(ushort)..], out var length);
        if (reason != RejectionReason.None)
        {
            return reason;
        }

        if (length == 0)
        {
            door.MessageSeed.Write(bytes[sizeof(ushort)..]);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(sizeof(ushort) + Hash128.Size)..], index);
            length = Hash128.Size + sizeof(int);
        }

        key = new MessageKey(hash.Of(HashDomain.Message, bytes[..(sizeof(ushort) + length)]));
        return RejectionReason.None;
    }

    /// <summary>The session that the event names; zero when it names none.</summary>
    /// <param name="allowNumber">A whole number names one too; false where some SDKs count their own visits in a number of that name.</param>
    [SkipLocalsInit]
    public static RejectionReason Session(KeyedHash hash, ReadOnlySpan<byte> json, in JsonToken sessionId, bool allowNumber, out Hash128 session)
    {
        session = default;
        if (sessionId.Kind != JsonTokenKind.Text && !(allowNumber && sessionId.Kind == JsonTokenKind.Number))
        {
            return sessionId.Kind is JsonTokenKind.Absent or JsonTokenKind.Null or JsonTokenKind.Number ? RejectionReason.None : RejectionReason.WrongType;
        }

        Span<byte> bytes = stackalloc byte[2 + MaxLength];
        bytes[0] = (byte)'s';
        bytes[1] = (byte)':';
        var reason = Read(json, sessionId, allowNumber, bytes[2..], out var length);
        if (reason == RejectionReason.None && length > 0)
        {
            session = hash.Of(HashDomain.Session, bytes[..(2 + length)]);
        }

        return reason;
    }
}
