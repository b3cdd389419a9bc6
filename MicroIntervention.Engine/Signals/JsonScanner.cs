using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MicroIntervention.Engine.Signals;

/// <summary>A forward-only JSON scanner (RFC 8259, strict) that finds values and skips what nobody asked for.</summary>
/// <remarks>
/// Never throws and never allocates. UTF-8 validity is checked elsewhere, on the whole body at once. Hand-written because skipping
/// is most of the work; a test holds it to the verdicts of <see cref="System.Text.Json.Utf8JsonReader"/> on mutated input.
/// Positions are passed in registers: −1 is a fault.
/// </remarks>
internal ref struct JsonScanner(ReadOnlySpan<byte> json, int at)
{
    /// <summary>Deepest nesting inside an event, the event's own braces included.</summary>
    public const int MaxDepth = 32;

    private const int Fault = -1;

    private readonly ReadOnlySpan<byte> _json = json;
    private int _at = at;

    /// <summary>Index of the next byte.</summary>
    public readonly int At => _at;

    /// <summary>Why the last call failed: nesting, not grammar.</summary>
    public bool IsTooDeep { get; private set; }

    /// <summary>Skips white space; the next byte, or 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Peek()
    {
        _at = PastWhiteSpace(_at);
        return ByteAt(_at);
    }

    /// <summary>Skips white space and takes the byte when it is the expected one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(byte expected)
    {
        var at = PastWhiteSpace(_at);
        var found = ByteAt(at) == expected;
        _at = at + (found ? 1 : 0);
        return found;
    }

    /// <summary>Takes a key and its colon.</summary>
    public bool ReadKey(out JsonToken key)
    {
        var start = PastWhiteSpace(_at);
        var at = ByteAt(start) == '"' ? SkipText(start, out var escaped) : Escaped(out escaped);
        if (at < 0)
        {
            key = default;
            return false;
        }

        key = new JsonToken(JsonTokenKind.Text, escaped, start + 1, at - start - 2);
        at = PastWhiteSpace(at);
        _at = at + 1;
        return ByteAt(at) == ':';
    }

    /// <summary>Takes any value; <paramref name="depth"/> containers are open around it.</summary>
    public bool ReadValue(int depth, out JsonToken token)
    {
        var start = PastWhiteSpace(_at);
        var next = ByteAt(start);
        if (next == '"')
        {
            var end = SkipText(start, out var escaped);
            if (end < 0)
            {
                token = default;
                return false;
            }

            token = new JsonToken(JsonTokenKind.Text, escaped, start + 1, end - start - 2);
            _at = end;
            return true;
        }

        var kind = next switch
        {
            (byte)'{' => JsonTokenKind.Object,
            (byte)'[' => JsonTokenKind.Array,
            (byte)'t' => JsonTokenKind.True,
            (byte)'f' => JsonTokenKind.False,
            (byte)'n' => JsonTokenKind.Null,
            _ => JsonTokenKind.Number,
        };
        var ok = SkipValue(depth);
        token = ok ? new JsonToken(kind, false, start, _at - start) : default;
        return ok;
    }

    /// <summary>Takes any value without looking at it.</summary>
    public bool SkipValue(int depth)
    {
        var at = Skip(PastWhiteSpace(_at), depth);
        _at = at < 0 ? _at : at;
        return at >= 0;
    }

    /// <summary>After a member: true when another follows, false at <paramref name="close"/> or at a fault, which <paramref name="ok"/> tells apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasMore(byte close, out bool ok)
    {
        var at = PastWhiteSpace(_at);
        var next = ByteAt(at);
        ok = next == ',' || next == close;
        _at = at + (ok ? 1 : 0);
        return next == ',';
    }

    /// <summary>Checks the depth of a container that is about to be opened.</summary>
    public bool MayOpen(int depth)
    {
        IsTooDeep |= depth > MaxDepth;
        return depth <= MaxDepth;
    }

    private static int Escaped(out bool escaped)
    {
        escaped = false;
        return Fault;
    }

    private int Skip(int at, int depth) => ByteAt(at) switch
    {
        (byte)'"' => SkipText(at, out _),
        (byte)'{' => SkipObject(at, depth + 1),
        (byte)'[' => SkipArray(at, depth + 1),
        (byte)'t' => SkipLiteral(at, "true"u8),
        (byte)'f' => SkipLiteral(at, "false"u8),
        (byte)'n' => SkipLiteral(at, "null"u8),
        _ => SkipNumber(at),
    };

    private int SkipObject(int at, int depth)
    {
        if (!MayOpen(depth))
        {
            return Fault;
        }

        at = PastWhiteSpace(at + 1);
        if (ByteAt(at) == '}')
        {
            return at + 1;
        }

        while (true)
        {
            if (ByteAt(at) != '"' || (at = SkipText(at, out _)) < 0 || ByteAt(at = PastWhiteSpace(at)) != ':')
            {
                return Fault;
            }

            at = PastWhiteSpace(at + 1);
            at = ByteAt(at) == '"' ? SkipText(at, out _) : Skip(at, depth);
            if (at < 0)
            {
                return Fault;
            }

            at = PastWhiteSpace(at);
            if (ByteAt(at) != ',')
            {
                return ByteAt(at) == '}' ? at + 1 : Fault;
            }

            at = PastWhiteSpace(at + 1);
        }
    }

    private int SkipArray(int at, int depth)
    {
        if (!MayOpen(depth))
        {
            return Fault;
        }

        at = PastWhiteSpace(at + 1);
        if (ByteAt(at) == ']')
        {
            return at + 1;
        }

        while (true)
        {
            at = Skip(at, depth);
            if (at < 0)
            {
                return Fault;
            }

            at = PastWhiteSpace(at);
            if (ByteAt(at) != ',')
            {
                return ByteAt(at) == ']' ? at + 1 : Fault;
            }

            at = PastWhiteSpace(at + 1);
        }
    }

    /// <summary>Past the closing quote of the text whose opening quote is at <paramref name="at"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int SkipText(int at, out bool escaped)
    {
        escaped = false;
        at = NextSpecial(at + 1);
        return ByteAt(at) == '"' ? at + 1 : SkipRestOfText(at, out escaped);
    }

    // Stands on a backslash, a control character or the end.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly int SkipRestOfText(int at, out bool escaped)
    {
        escaped = true;
        while (ByteAt(at) == '\\')
        {
            var next = ByteAt(at + 1);
            if (next == 'u' && at + 6 <= _json.Length)
            {
                for (var i = at + 2; i < at + 6; i++)
                {
                    if (!char.IsAsciiHexDigit((char)_json[i]))
                    {
                        return Fault;
                    }
                }

                at += 6;
            }
            else if (next is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t')
            {
                at += 2;
            }
            else
            {
                return Fault;
            }

            at = NextSpecial(at);
        }

        return ByteAt(at) == '"' ? at + 1 : Fault;
    }

    /// <summary>The next quote, backslash or control character at or after <paramref name="at"/>, or the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int NextSpecial(int at)
    {
        ref var first = ref MemoryMarshal.GetReference(_json);
        while (at <= _json.Length - Vector128<byte>.Count)
        {
            var bytes = Vector128.LoadUnsafe(ref first, (nuint)at);
            var special = Vector128.Equals(bytes, Vector128.Create((byte)'"')) |
                Vector128.Equals(bytes, Vector128.Create((byte)'\\')) |
                Vector128.Equals(Vector128.Min(bytes, Vector128.Create((byte)0x1f)), bytes);
            var mask = special.ExtractMostSignificantBits();
            if (mask != 0)
            {
                return at + BitOperations.TrailingZeroCount(mask);
            }

            at += Vector128<byte>.Count;
        }

        while (at < _json.Length && _json[at] is not ((byte)'"' or (byte)'\\' or < 0x20))
        {
            at++;
        }

        return at;
    }

    private readonly int SkipLiteral(int at, ReadOnlySpan<byte> literal) => _json[at..].StartsWith(literal) ? at + literal.Length : Fault;

    private readonly int SkipNumber(int at)
    {
        at += ByteAt(at) == '-' ? 1 : 0;
        var digits = ByteAt(at) == '0' ? 1 : CountDigits(at);
        at += digits;
        if (digits > 0 && ByteAt(at) == '.')
        {
            digits = CountDigits(at + 1);
            at += 1 + digits;
        }

        if (digits > 0 && ByteAt(at) is (byte)'e' or (byte)'E')
        {
            at += ByteAt(at + 1) is (byte)'+' or (byte)'-' ? 2 : 1;
            digits = CountDigits(at);
            at += digits;
        }

        return digits > 0 ? at : Fault;
    }

    private readonly int CountDigits(int at)
    {
        var end = at;
        while (ByteAt(end) is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        return end - at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly byte ByteAt(int at) => (uint)at < (uint)_json.Length ? _json[at] : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int PastWhiteSpace(int at) => ByteAt(at) > ' ' ? at : PastWhiteSpaceSlow(at);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly int PastWhiteSpaceSlow(int at)
    {
        while (ByteAt(at) is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        return at;
    }
}
