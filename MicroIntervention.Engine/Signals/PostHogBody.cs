using System.Buffers;
using System.Buffers.Text;

namespace MicroIntervention.Engine.Signals;

/// <summary>Reads what PostHog's SDKs send: <c>{"api_key","batch":[…],"sent_at"}</c>, one event, or a bare array.</summary>
/// <remarks>
/// An event keeps all its properties but the key. <c>uuid</c> is its messageId. The device id names the visitor; without one the distinct id
/// does: as a customer's under a server key, as an anonymous one under a public key, which may speak for no customer. How each event is read: <c>docs/signals.md</c>.
/// </remarks>
public static class PostHogBody
{
    private static readonly NameTable EventKeys = new(["event", "uuid", "distinct_id", "timestamp", "properties", "$set"]);
    private static readonly NameTable Properties = new(
    [
        "distinct_id", "$device_id", "$user_id", "$is_identified", "$process_person_profile", "$insert_id", "$timezone", "$browser_language", "$pathname",
        "$current_url", "title", "$referrer", "$lib", "$lib_version", "alias", "$group_key", "$group_set", "$set", "$screen_name", "token", "$set_once",
    ]);

    private enum Key
    {
        Event, Uuid, DistinctId, Timestamp, Properties, Set, Count,
    }

    private enum Property
    {
        DistinctId, DeviceId, UserId, IsIdentified, ProcessPersonProfile, InsertId, Timezone, Language, Path,
        Url, Title, Referrer, Library, LibraryVersion, Alias, GroupKey, GroupSet, Set, ScreenName, Token, SetOnce, Count,
    }

    /// <summary>Undoes the forms a body may be packed in beside gzip: a form field <c>data=</c>, base64, both.</summary>
    /// <returns>The length of what is in the buffer now; unchanged when it is not packed so.</returns>
    public static int Unpack(Span<byte> body)
    {
        var packed = body;
        if (packed.StartsWith("data="u8))
        {
            packed = packed["data="u8.Length..];
            var end = packed.IndexOf((byte)'&');
            packed = packed[..PercentDecode(end < 0 ? packed : packed[..end])];
        }

        var length = packed.Length;
        if (length == 0 || packed[0] is (byte)'{' or (byte)'[' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or 0xEF)
        {
            packed.CopyTo(body);
            return length;
        }

        if (Base64.DecodeFromUtf8InPlace(packed, out var decoded) != OperationStatus.Done)
        {
            return body.Length;
        }

        packed[..decoded].CopyTo(body);
        return decoded;
    }

    /// <summary>Copies the project key: <c>api_key</c> or <c>token</c>, else that of the first event; its length, 0 when there is none.</summary>
    public static int ReadKey(ReadOnlySpan<byte> body, Span<byte> key)
    {
        var first = body.IndexOf((byte)'{');
        body = first < 0 ? [] : body[first..];
        return SignalText.TryRead(body, "api_key", key, out var length) || SignalText.TryRead(body, "token", key, out length) ||
            SignalText.TryRead(body, "properties.token", key, out length) ? length : 0;
    }

    /// <summary>Writes the request as a batch.</summary>
    /// <param name="isPublic">It came with a browser key.</param>
    /// <param name="rejections">Gets what is no event at all, by its place in <paramref name="body"/>.</param>
    /// <returns>Reason <see cref="RejectionReason.None"/>, or why the whole request is refused.</returns>
    public static SignalRejection Translate(ReadOnlySpan<byte> body, bool isPublic, IBufferWriter<byte> into, List<SignalRejection> rejections)
    {
        var scanner = new JsonScanner(body, body.StartsWith("\uFEFF"u8) ? 3 : 0);
        var sentAt = default(JsonToken);
        into.Write("{\"batch\":["u8);
        var reason = scanner.Peek() switch
        {
            (byte)'[' => ForeignBody.WriteEvents(ref scanner, body, isPublic, into, rejections, Write),
            (byte)'{' => WriteObject(ref scanner, body, isPublic, into, rejections, out sentAt),
            _ => scanner.SkipValue(0) ? RejectionReason.NotAnObject : RejectionReason.NotJson,
        };
        into.Write("]"u8);
        if (sentAt.IsValue)
        {
            into.Write(",\"sentAt\":"u8);
            new EventWriter(into, body).Value(in sentAt);
        }

        into.Write("}"u8);
        if (reason == RejectionReason.None)
        {
            scanner.Peek();
            reason = scanner.At == body.Length ? RejectionReason.None : RejectionReason.NotJson;
        }

        return reason == RejectionReason.None ? ForeignBody.Readable : new SignalRejection(reason, "", 0, body.Length);
    }

    private static RejectionReason WriteObject(
        ref JsonScanner scanner, ReadOnlySpan<byte> body, bool isPublic, IBufferWriter<byte> into, List<SignalRejection> rejections, out JsonToken sentAt)
    {
        Span<byte> scratch = stackalloc byte[16];
        sentAt = default;
        var start = scanner.At;
        scanner.TryTake((byte)'{');
        var hasBatch = false;
        var ok = true;
        if (!scanner.TryTake((byte)'}'))
        {
            do
            {
                if (!scanner.ReadKey(out var key))
                {
                    return RejectionReason.NotJson;
                }

                var name = EventReader.KeyText(body, key, scratch);
                if (name.SequenceEqual("batch"u8))
                {
                    if (hasBatch || scanner.Peek() != '[')
                    {
                        return RejectionReason.WrongType;
                    }

                    hasBatch = true;
                    var reason = ForeignBody.WriteEvents(ref scanner, body, isPublic, into, rejections, Write);
                    if (reason != RejectionReason.None)
                    {
                        return reason;
                    }

                    continue;
                }

                if (!scanner.ReadValue(1, out var value))
                {
                    return scanner.IsTooDeep ? RejectionReason.TooDeep : RejectionReason.NotJson;
                }

                sentAt = name.SequenceEqual("sent_at"u8) ? value : sentAt;
            }
            while (scanner.HasMore((byte)'}', out ok));
        }

        if (ok && !hasBatch)
        {
            var written = 0;
            ForeignBody.WriteOne(body, new JsonToken(JsonTokenKind.Object, false, start, scanner.At - start), isPublic, into, rejections, Write, ref written);
        }

        return ok ? RejectionReason.None : RejectionReason.NotJson;
    }

    private static RejectionReason Write(ReadOnlySpan<byte> body, in JsonToken element, bool isPublic, bool follows, IBufferWriter<byte> into, out string field)
    {
        Span<JsonToken> keys = stackalloc JsonToken[(int)Key.Count];
        Span<JsonToken> properties = stackalloc JsonToken[(int)Property.Count];
        ForeignBody.Find(body, in element, EventKeys, keys);
        ForeignBody.Find(body, in keys[(int)Key.Properties], Properties, properties);
        ref readonly var name = ref keys[(int)Key.Event];
        field = "properties";
        if (keys[(int)Key.Properties].Kind is not (JsonTokenKind.Object or JsonTokenKind.Null or JsonTokenKind.Absent))
        {
            return RejectionReason.WrongType;
        }

        if (follows)
        {
            into.Write(","u8);
        }

        var writer = new EventWriter(into, body);
        var type = TypeOf(body, in name);
        writer.Open();
        writer.Text("type"u8, type);
        if (type.SequenceEqual("track"u8))
        {
            writer.Copy("event"u8, in name);
        }

        writer.Copy("messageId"u8, in (ForeignBody.IsId(in keys[(int)Key.Uuid]) ? ref keys[(int)Key.Uuid] : ref properties[(int)Property.InsertId]));
        WriteIdentity(ref writer, keys, properties, body, isPublic);
        writer.Copy("timestamp"u8, in keys[(int)Key.Timestamp]);
        switch (type[0])
        {
            case (byte)'p':
                writer.Copy("name"u8, in properties[(int)(properties[(int)Property.ScreenName].IsValue ? Property.ScreenName : Property.Path)]);
                break;
            case (byte)'i':
                writer.Copy("traits"u8, in (keys[(int)Key.Set].Kind == JsonTokenKind.Object ? ref keys[(int)Key.Set] : ref properties[(int)Property.Set]));
                break;
            case (byte)'g':
                writer.Copy("groupId"u8, in properties[(int)Property.GroupKey]);
                writer.Copy("traits"u8, in properties[(int)Property.GroupSet]);
                break;
            case (byte)'a':
                writer.Copy("previousId"u8, in properties[(int)Property.Alias]);
                break;
            default:
                break;
        }

        WriteProperties(ref writer, in keys[(int)Key.Properties], properties, body, isPage: type[0] == 'p');
        WriteContext(ref writer, properties);
        writer.Close();
        return RejectionReason.None;
    }

    private static ReadOnlySpan<byte> TypeOf(scoped ReadOnlySpan<byte> json, in JsonToken name) =>
        name.Kind != JsonTokenKind.Text ? "track"u8
        : JsonText.Equals(json, name, "$pageview"u8) || JsonText.Equals(json, name, "$screen"u8) ? "page"u8
        : JsonText.Equals(json, name, "$identify"u8) || JsonText.Equals(json, name, "$set"u8) ? "identify"u8
        : JsonText.Equals(json, name, "$groupidentify"u8) ? "group"u8
        : JsonText.Equals(json, name, "$create_alias"u8) ? "alias"u8
        : "track"u8;

    private static void WriteIdentity(
        ref EventWriter writer, scoped ReadOnlySpan<JsonToken> keys, scoped ReadOnlySpan<JsonToken> properties, scoped ReadOnlySpan<byte> json, bool isPublic)
    {
        ref readonly var distinct = ref ForeignBody.IsId(in keys[(int)Key.DistinctId]) ? ref keys[(int)Key.DistinctId] : ref properties[(int)Property.DistinctId];
        ref readonly var device = ref properties[(int)Property.DeviceId];
        if (ForeignBody.IsId(in device))
        {
            writer.Copy("anonymousId"u8, in device);
            if (ForeignBody.IsId(in properties[(int)Property.UserId]))
            {
                writer.Copy("userId"u8, in properties[(int)Property.UserId]);
            }
            else if (properties[(int)Property.IsIdentified].Kind == JsonTokenKind.True && !distinct.In(json).SequenceEqual(device.In(json)))
            {
                writer.Copy("userId"u8, in distinct);
            }

            return;
        }

        var isAnonymous = isPublic || properties[(int)Property.ProcessPersonProfile].Kind == JsonTokenKind.False;
        writer.Copy(isAnonymous ? "anonymousId"u8 : "userId"u8, in distinct);
    }

    // The sender's own names win over those we add: of a name that comes twice the last counts.
    private static void WriteProperties(ref EventWriter writer, scoped in JsonToken container, scoped ReadOnlySpan<JsonToken> properties, scoped ReadOnlySpan<byte> json, bool isPage)
    {
        writer.Open("properties"u8);
        if (isPage)
        {
            writer.Copy("path"u8, in properties[(int)Property.Path]);
            writer.Copy("url"u8, in properties[(int)Property.Url]);
            writer.Copy("referrer"u8, in properties[(int)Property.Referrer]);
        }

        Span<byte> scratch = stackalloc byte[256];
        var scanner = new JsonScanner(json, container.Start);
        if (container.Kind == JsonTokenKind.Object && scanner.TryTake((byte)'{') && !scanner.TryTake((byte)'}'))
        {
            do
            {
                if (!scanner.ReadKey(out var key) || !scanner.ReadValue(0, out var value))
                {
                    break;
                }

                if ((Property)Properties.Find(EventReader.KeyText(json, key, scratch)) is not (Property.Token or Property.Set or Property.SetOnce))
                {
                    writer.Copy(key.In(json), in value);
                }
            }
            while (scanner.HasMore((byte)'}', out _));
        }

        writer.Close();
    }

    private static void WriteContext(ref EventWriter writer, scoped ReadOnlySpan<JsonToken> properties)
    {
        writer.Open("context"u8);
        writer.Copy("timezone"u8, in properties[(int)Property.Timezone]);
        writer.Copy("locale"u8, in properties[(int)Property.Language]);
        writer.Open("page"u8);
        writer.Copy("path"u8, in properties[(int)Property.Path]);
        writer.Copy("title"u8, in properties[(int)Property.Title]);
        writer.Copy("referrer"u8, in properties[(int)Property.Referrer]);
        writer.Close();
        writer.Open("library"u8);
        writer.Copy("name"u8, in properties[(int)Property.Library]);
        writer.Copy("version"u8, in properties[(int)Property.LibraryVersion]);
        writer.Close();
        writer.Close();
    }

    private static int PercentDecode(Span<byte> text)
    {
        var written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit((char)text[i + 1]) && char.IsAsciiHexDigit((char)text[i + 2]))
            {
                text[written++] = (byte)((Hex(text[i + 1]) << 4) | Hex(text[i + 2]));
                i += 2;
            }
            else
            {
                text[written++] = text[i];
            }
        }

        return written;
    }

    private static int Hex(byte c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
