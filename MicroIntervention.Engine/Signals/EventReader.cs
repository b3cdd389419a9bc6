using System.Runtime.CompilerServices;

namespace MicroIntervention.Engine.Signals;

/// <summary>Goes once over one event's JSON object and notes where the fields are that the engine and the plan ask for.</summary>
internal static class EventReader
{
    // No key we look for is longer; a longer one is unknown, whatever it says.
    private const int MaxKeyLength = 256;

    /// <summary>Reads the object that the scanner stands on; the event's own braces are depth 1.</summary>
    /// <remarks>The slots of <c>properties</c> and <c>traits</c> are valid only when that field turned out to be an object.</remarks>
    /// <returns>False when it is not JSON or nested too deep; the scanner stands somewhere inside.</returns>
    [SkipLocalsInit]
    public static bool TryRead(
        ref JsonScanner scanner, ReadOnlySpan<byte> json, PropertyNode wanted, ref EventFields fields, scoped Span<JsonToken> properties, scoped Span<JsonToken> traits)
    {
        Span<byte> scratch = stackalloc byte[MaxKeyLength];
        if (!scanner.TryTake((byte)'{'))
        {
            return false;
        }

        if (scanner.TryTake((byte)'}'))
        {
            return true;
        }

        bool ok;
        do
        {
            if (!scanner.ReadKey(out var key) || !ReadField(ref scanner, json, KeyText(json, key, scratch), wanted, ref fields, properties, traits))
            {
                return false;
            }
        }
        while (scanner.HasMore((byte)'}', out ok));

        return ok;
    }

    /// <summary>Reads the properties of an object that was scanned before; anything else leaves the slots as they are.</summary>
    public static void ReadAgain(ReadOnlySpan<byte> json, in JsonToken container, PropertyNode wanted, scoped Span<JsonToken> slots)
    {
        if (container.Kind == JsonTokenKind.Object)
        {
            var scanner = new JsonScanner(json, container.Start);
            ReadProperties(ref scanner, json, wanted, 2, slots, out _);
        }
    }

    /// <summary>A key's text; empty when it cannot be one that is looked for.</summary>
    public static ReadOnlySpan<byte> KeyText(ReadOnlySpan<byte> json, scoped in JsonToken key, Span<byte> scratch) =>
        key.Escaped ? scratch[..Math.Max(0, JsonText.Unescape(key.In(json), scratch))] : key.In(json);

    private static bool ReadField(
        ref JsonScanner scanner,
        ReadOnlySpan<byte> json,
        scoped ReadOnlySpan<byte> key,
        PropertyNode wanted,
        ref EventFields fields,
        scoped Span<JsonToken> properties,
        scoped Span<JsonToken> traits)
    {
        switch (key.Length)
        {
            case 4 when key.SequenceEqual("type"u8):
                return scanner.ReadValue(1, out fields.Type);
            case 5 when key.SequenceEqual("event"u8):
                return scanner.ReadValue(1, out fields.Event);
            case 6 when key.SequenceEqual("userId"u8):
                return scanner.ReadValue(1, out fields.UserId);
            case 6 when key.SequenceEqual("sentAt"u8):
                return scanner.ReadValue(1, out fields.SentAt);
            case 6 when key.SequenceEqual("traits"u8):
                return ReadProperties(ref scanner, json, wanted, 1, traits, out fields.Traits);
            case 7 when key.SequenceEqual("context"u8):
                return ReadContext(ref scanner, json, ref fields);
            case 8 when key.SequenceEqual("writeKey"u8):
                return scanner.ReadValue(1, out fields.WriteKey);
            case 9 when key.SequenceEqual("messageId"u8):
                return scanner.ReadValue(1, out fields.MessageId);
            case 9 when key.SequenceEqual("timestamp"u8):
                return scanner.ReadValue(1, out fields.Timestamp);
            case 10 when key.SequenceEqual("properties"u8):
                return ReadProperties(ref scanner, json, wanted, 1, properties, out fields.Properties);
            case 11 when key.SequenceEqual("anonymousId"u8):
                return scanner.ReadValue(1, out fields.AnonymousId);
            case 17 when key.SequenceEqual("originalTimestamp"u8):
                return scanner.ReadValue(1, out fields.OriginalTimestamp);
            default:
                return scanner.SkipValue(1);
        }
    }

    /// <summary>Reads the value below <paramref name="node"/>, which forgets what its slots held before.</summary>
    [SkipLocalsInit]
    private static bool ReadProperties(
        ref JsonScanner scanner, ReadOnlySpan<byte> json, PropertyNode node, int depth, scoped Span<JsonToken> slots, out JsonToken token)
    {
        slots[(node.Slot + 1)..node.End].Clear();
        if (scanner.Peek() != '{' || !node.HasChildren)
        {
            return scanner.ReadValue(depth, out token);
        }

        token = default;
        var start = scanner.At;
        if (!scanner.MayOpen(depth + 1) || !scanner.TryTake((byte)'{'))
        {
            return false;
        }

        var ok = true;
        if (!scanner.TryTake((byte)'}'))
        {
            Span<byte> scratch = stackalloc byte[MaxKeyLength];
            do
            {
                if (!scanner.ReadKey(out var key) || !ReadProperty(ref scanner, json, node.Child(KeyText(json, key, scratch)), depth + 1, slots))
                {
                    return false;
                }
            }
            while (scanner.HasMore((byte)'}', out ok));
        }

        token = new JsonToken(JsonTokenKind.Object, false, start, scanner.At - start);
        return ok;
    }

    private static bool ReadProperty(ref JsonScanner scanner, ReadOnlySpan<byte> json, PropertyNode? node, int depth, scoped Span<JsonToken> slots)
    {
        if (node is null)
        {
            return scanner.SkipValue(depth);
        }

        return node.HasChildren
            ? ReadProperties(ref scanner, json, node, depth, slots, out slots[node.Slot])
            : scanner.ReadValue(depth, out slots[node.Slot]);
    }

    [SkipLocalsInit]
    private static bool ReadContext(ref JsonScanner scanner, ReadOnlySpan<byte> json, ref EventFields fields)
    {
        fields.Timezone = default;
        fields.ContextTraits = default;
        fields.SessionId = default;
        fields.PrivacyControl = default;
        if (scanner.Peek() != '{')
        {
            return scanner.ReadValue(1, out fields.Context);
        }

        var start = scanner.At;
        scanner.TryTake((byte)'{');
        var ok = true;
        if (!scanner.TryTake((byte)'}'))
        {
            Span<byte> scratch = stackalloc byte[MaxKeyLength];
            do
            {
                if (!scanner.ReadKey(out var key))
                {
                    return false;
                }

                var name = KeyText(json, key, scratch);
                var read = name.Length switch
                {
                    3 when name.SequenceEqual("gpc"u8) => scanner.ReadValue(2, out fields.PrivacyControl),
                    6 when name.SequenceEqual("traits"u8) => scanner.ReadValue(2, out fields.ContextTraits),
                    8 when name.SequenceEqual("timezone"u8) => scanner.ReadValue(2, out fields.Timezone),
                    9 when name.SequenceEqual("sessionId"u8) => scanner.ReadValue(2, out fields.SessionId),
                    _ => scanner.SkipValue(2),
                };
                if (!read)
                {
                    return false;
                }
            }
            while (scanner.HasMore((byte)'}', out ok));
        }

        fields.Context = new JsonToken(JsonTokenKind.Object, false, start, scanner.At - start);
        return ok;
    }
}
