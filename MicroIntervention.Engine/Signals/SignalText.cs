using System.Text;

namespace MicroIntervention.Engine.Signals;

/// <summary>Reads single values from an event's JSON, for those who need the text itself: delivery, the context bundle, the doors.</summary>
/// <remarks>Never throws on any input. Costs one pass over the text.</remarks>
public static class SignalText
{
    /// <summary>A text or number as text; null when it is absent, null, empty, an object or an array, not valid text, or the JSON is broken before it.</summary>
    /// <param name="raw">A JSON object.</param>
    /// <param name="path">Keys joined by dots: <c>messageId</c>, <c>traits.firstName</c>.</param>
    public static string? Read(ReadOnlySpan<byte> raw, string path)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (TryFind(raw, path, out var token) && token.Length > bytes.Length)
        {
            bytes = new byte[token.Length];
        }

        return TryRead(raw, path, bytes, out var written) && written > 0 ? Encoding.UTF8.GetString(bytes[..written]) : null;
    }

    /// <summary>The same into the caller's memory, for the hot path; false also when it does not fit.</summary>
    public static bool TryRead(ReadOnlySpan<byte> raw, string path, Span<byte> destination, out int written)
    {
        written = 0;
        if (!TryFind(raw, path, out var token) || token.Kind is JsonTokenKind.Absent or JsonTokenKind.Null or JsonTokenKind.Object or JsonTokenKind.Array)
        {
            return false;
        }

        var text = token.In(raw);
        if (token.Escaped)
        {
            written = Math.Max(0, JsonText.Unescape(text, destination));
        }
        else if (text.TryCopyTo(destination))
        {
            written = text.Length;
        }

        return written > 0 && System.Text.Unicode.Utf8.IsValid(destination[..written]);
    }

    /// <summary>What the value below <c>properties.</c> or <c>traits.</c> is; absent also when the JSON is broken before it.</summary>
    internal static JsonTokenKind KindOf(ReadOnlySpan<byte> raw, string below, string path)
    {
        Span<char> whole = stackalloc char[SignalContract.LongestText + 16];
        below.CopyTo(whole);
        path.CopyTo(whole[below.Length..]);
        return TryFind(raw, whole[..(below.Length + path.Length)], out var token) ? token.Kind : JsonTokenKind.Absent;
    }

    /// <summary>Whether the path leads to a value that is not null.</summary>
    public static bool Has(ReadOnlySpan<byte> raw, string path) => TryFind(raw, path, out var token) && token.IsValue;

    private static bool TryFind(ReadOnlySpan<byte> raw, ReadOnlySpan<char> path, out JsonToken token)
    {
        Span<byte> wanted = stackalloc byte[256];
        Span<byte> scratch = stackalloc byte[256];
        token = default;
        var found = default(JsonToken);
        var scanner = new JsonScanner(raw, 0);
        for (var depth = 1; ; depth++)
        {
            var dot = path.IndexOf('.');
            if (!Encoding.UTF8.TryGetBytes(dot < 0 ? path : path[..dot], wanted, out var length) ||
                !Find(ref scanner, raw, wanted[..length], depth, scratch, out found))
            {
                return false;
            }

            if (dot < 0)
            {
                token = found;
                return token.Kind != JsonTokenKind.Absent;
            }

            path = path[(dot + 1)..];
            scanner = new JsonScanner(raw, found.Start);
        }
    }

    // The last of equal keys counts, as everywhere.
    private static bool Find(ref JsonScanner scanner, ReadOnlySpan<byte> raw, scoped ReadOnlySpan<byte> name, int depth, scoped Span<byte> scratch, out JsonToken found)
    {
        found = default;
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
            if (!scanner.ReadKey(out var key) || !scanner.ReadValue(depth, out var value))
            {
                return false;
            }

            if (EventReader.KeyText(raw, key, scratch).SequenceEqual(name))
            {
                found = value;
            }
        }
        while (scanner.HasMore((byte)'}', out ok));

        return ok;
    }
}
