using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MicroIntervention.Engine.Signals;

/// <summary>Reads CloudEvents 1.0 in JSON: one event (structured mode) or an array of them (batch mode).</summary>
/// <remarks>
/// Source: CloudEvents specification 1.0, JSON event format, HTTP binding. <c>source</c> and <c>id</c> together are the messageId: the specification makes
/// that pair unique. <c>type</c> is the event's name, <c>data</c> its properties, all other attributes stay in <c>context.cloudEvent</c>.
/// The visitor is named by the extensions <c>anonymousid</c> and <c>userid</c>, else by <c>anonymousId</c> and <c>userId</c> in the data, else by <c>subject</c> as the customer.
/// </remarks>
public static class CloudEventBody
{
    private static readonly NameTable Attributes = new(
    [
        "specversion", "id", "source", "type", "subject", "time", "data", "data_base64", "datacontenttype", "dataschema",
        "anonymousid", "userid", "sessionid", "timezone", "locale",
    ]);

    private static readonly NameTable DataKeys = new(["anonymousId", "userId"]);

    private enum Attribute
    {
        SpecVersion, Id, Source, Type, Subject, Time, Data, DataBase64, ContentType, Schema,
        AnonymousId, UserId, SessionId, Timezone, Locale, Count,
    }

    /// <summary>Writes the request as a batch.</summary>
    /// <param name="isPublic">It came with a browser key.</param>
    /// <param name="rejections">Gets what is no CloudEvent, by its place in <paramref name="body"/>.</param>
    /// <returns>Reason <see cref="RejectionReason.None"/>, or why the whole request is refused.</returns>
    public static SignalRejection Translate(ReadOnlySpan<byte> body, bool isPublic, IBufferWriter<byte> into, List<SignalRejection> rejections)
    {
        var scanner = new JsonScanner(body, body.StartsWith("\uFEFF"u8) ? 3 : 0);
        into.Write("{\"batch\":["u8);
        var reason = RejectionReason.None;
        if (scanner.Peek() == '[')
        {
            reason = ForeignBody.WriteEvents(ref scanner, body, isPublic, into, rejections, Write);
        }
        else if (scanner.ReadValue(0, out var single))
        {
            var written = 0;
            ForeignBody.WriteOne(body, in single, isPublic, into, rejections, Write, ref written);
        }
        else
        {
            reason = scanner.IsTooDeep ? RejectionReason.TooDeep : RejectionReason.NotJson;
        }

        into.Write("]}"u8);
        if (reason == RejectionReason.None)
        {
            scanner.Peek();
            reason = scanner.At == body.Length ? RejectionReason.None : RejectionReason.NotJson;
        }

        return reason == RejectionReason.None ? ForeignBody.Readable : new SignalRejection(reason, "", 0, body.Length);
    }

    /// <summary>Writes an event of binary mode (attributes in headers, data in the body) as one of structured mode.</summary>
    /// <param name="attributes">Names without the prefix <c>ce-</c>, values percent-decoded. What is no attribute name is left out.</param>
    /// <param name="contentType">Of the data; null counts as JSON.</param>
    /// <returns><see cref="RejectionReason.NotJson"/> when the data says it is JSON and is not.</returns>
    public static RejectionReason Wrap(IEnumerable<KeyValuePair<string, string>> attributes, string? contentType, ReadOnlySpan<byte> data, IBufferWriter<byte> into)
    {
        into.Write("{"u8);
        foreach (var (name, value) in attributes)
        {
            if (IsAttributeName(name))
            {
                into.Write("\""u8);
                into.Write(Encoding.UTF8.GetBytes(name));
                into.Write("\":\""u8);
                into.Write(JsonEncodedText.Encode(value).EncodedUtf8Bytes);
                into.Write("\","u8);
            }
        }

        var media = contentType?.Split(';')[0].Trim() ?? "";
        var isJson = media.Length == 0 || media.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
        if (isJson && !data.IsEmpty)
        {
            // One value and nothing behind it: what follows would else be read as attributes.
            var scanner = new JsonScanner(data, 0);
            if (!scanner.SkipValue(1) || scanner.Peek() != 0 || scanner.At != data.Length)
            {
                return scanner.IsTooDeep ? RejectionReason.TooDeep : RejectionReason.NotJson;
            }

            into.Write("\"data\":"u8);
            into.Write(data);
            into.Write(","u8);
        }
        else if (media.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
        {
            into.Write("\"data\":\""u8);
            into.Write(JsonEncodedText.Encode(Encoding.UTF8.GetString(data)).EncodedUtf8Bytes);
            into.Write("\","u8);
        }
        else if (!data.IsEmpty)
        {
            into.Write("\"data_base64\":\""u8);
            into.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(data)));
            into.Write("\","u8);
        }

        into.Write("\"datacontenttype\":\""u8);
        into.Write(JsonEncodedText.Encode(media).EncodedUtf8Bytes);
        into.Write("\"}"u8);
        return RejectionReason.None;
    }

    // Lower-case letters and digits, as the specification has it; the data comes from the body alone.
    private static bool IsAttributeName(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= 64 && name is not ("data" or "datacontenttype");
    }

    private static RejectionReason Write(ReadOnlySpan<byte> body, in JsonToken element, bool isPublic, bool follows, IBufferWriter<byte> into, out string field)
    {
        Span<JsonToken> attributes = stackalloc JsonToken[(int)Attribute.Count];
        ForeignBody.Find(body, in element, Attributes, attributes);
        field = Missing(body, attributes);
        if (field.Length > 0)
        {
            return RejectionReason.NotACloudEvent;
        }

        if (follows)
        {
            into.Write(","u8);
        }

        ref readonly var type = ref attributes[(int)Attribute.Type];
        ref readonly var data = ref attributes[(int)Attribute.Data];
        var call = CallOf(body, in type);
        var writer = new EventWriter(into, body);
        writer.Open();
        writer.Text("type"u8, call);
        if (call.SequenceEqual("track"u8))
        {
            writer.Copy("event"u8, in type);
        }

        WriteMessageId(ref writer, body, in attributes[(int)Attribute.Source], in attributes[(int)Attribute.Id], into);
        WriteIdentity(ref writer, body, attributes);
        writer.Copy("timestamp"u8, in attributes[(int)Attribute.Time]);
        if (data.Kind == JsonTokenKind.Object)
        {
            writer.Copy(call[0] is (byte)'i' or (byte)'g' ? "traits"u8 : "properties"u8, in data);
        }
        else
        {
            writer.Open("properties"u8);
            writer.Copy(data.Kind == JsonTokenKind.Text ? "text"u8 : "data"u8, in data);
            writer.Copy("data_base64"u8, in attributes[(int)Attribute.DataBase64]);
            writer.Close();
        }

        WriteContext(ref writer, body, in element, attributes);
        writer.Close();
        return RejectionReason.None;
    }

    /// <summary>The first attribute that must be there and is not; empty when all are.</summary>
    private static string Missing(ReadOnlySpan<byte> body, ReadOnlySpan<JsonToken> attributes)
    {
        ref readonly var version = ref attributes[(int)Attribute.SpecVersion];
        return version.Kind != JsonTokenKind.Text || !JsonText.Equals(body, version, "1.0"u8) ? "specversion"
            : !IsText(in attributes[(int)Attribute.Id]) ? "id"
            : !IsText(in attributes[(int)Attribute.Source]) ? "source"
            : !IsText(in attributes[(int)Attribute.Type]) ? "type"
            : "";
    }

    private static bool IsText(in JsonToken token) => token.Kind == JsonTokenKind.Text && token.Length > 0;

    private static ReadOnlySpan<byte> CallOf(scoped ReadOnlySpan<byte> body, in JsonToken type) =>
        JsonText.Equals(body, type, "page"u8) || JsonText.Equals(body, type, "screen"u8) ? "page"u8
        : JsonText.Equals(body, type, "identify"u8) ? "identify"u8
        : JsonText.Equals(body, type, "group"u8) ? "group"u8
        : JsonText.Equals(body, type, "alias"u8) ? "alias"u8
        : "track"u8;

    // A URI has no space, so no two pairs give the same text.
    private static void WriteMessageId(ref EventWriter writer, scoped ReadOnlySpan<byte> body, scoped in JsonToken source, scoped in JsonToken id, IBufferWriter<byte> into)
    {
        writer.Name("messageId"u8);
        into.Write("\""u8);
        if (source.Length + 1 + id.Length <= IdReader.MaxLength)
        {
            into.Write(source.In(body));
            into.Write(" "u8);
            into.Write(id.In(body));
        }
        else
        {
            // Longer than an id may be.
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(source.In(body));
            hash.AppendData(" "u8);
            hash.AppendData(id.In(body));
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            Span<byte> hex = stackalloc byte[SHA256.HashSizeInBytes * 2];
            hash.GetHashAndReset(digest);
            Convert.TryToHexStringLower(digest, hex, out _);
            into.Write("sha256 "u8);
            into.Write(hex);
        }

        into.Write("\""u8);
    }

    private static void WriteIdentity(ref EventWriter writer, scoped ReadOnlySpan<byte> body, scoped ReadOnlySpan<JsonToken> attributes)
    {
        ref readonly var anonymous = ref attributes[(int)Attribute.AnonymousId];
        ref readonly var user = ref attributes[(int)Attribute.UserId];
        if (ForeignBody.IsId(in anonymous) || ForeignBody.IsId(in user))
        {
            writer.Copy("anonymousId"u8, in anonymous);
            writer.Copy("userId"u8, in user);
            return;
        }

        Span<JsonToken> named = stackalloc JsonToken[2];
        ForeignBody.Find(body, in attributes[(int)Attribute.Data], DataKeys, named);
        if (ForeignBody.IsId(in named[0]) || ForeignBody.IsId(in named[1]))
        {
            writer.Copy("anonymousId"u8, in named[0]);
            writer.Copy("userId"u8, in named[1]);
            return;
        }

        writer.Copy("userId"u8, in attributes[(int)Attribute.Subject]);
    }

    private static void WriteContext(ref EventWriter writer, scoped ReadOnlySpan<byte> body, scoped in JsonToken element, scoped ReadOnlySpan<JsonToken> attributes)
    {
        writer.Open("context"u8);
        writer.Copy("timezone"u8, in attributes[(int)Attribute.Timezone]);
        writer.Copy("locale"u8, in attributes[(int)Attribute.Locale]);
        writer.Copy("sessionId"u8, in attributes[(int)Attribute.SessionId]);
        writer.Open("cloudEvent"u8);
        Span<byte> scratch = stackalloc byte[256];
        var scanner = new JsonScanner(body, element.Start);
        scanner.TryTake((byte)'{');
        do
        {
            if (!scanner.ReadKey(out var key) || !scanner.ReadValue(0, out var value))
            {
                break;
            }

            var known = Attributes.Find(EventReader.KeyText(body, key, scratch));
            if (known < 0 || (Attribute)known is Attribute.SpecVersion or Attribute.Id or Attribute.Source or Attribute.Type or Attribute.Subject or Attribute.ContentType or Attribute.Schema)
            {
                writer.Copy(key.In(body), in value);
            }
        }
        while (scanner.HasMore((byte)'}', out _));
        writer.Close();
        writer.Close();
    }
}
