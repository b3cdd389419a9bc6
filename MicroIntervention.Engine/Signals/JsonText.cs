using System.Globalization;

namespace MicroIntervention.Engine.Signals;

/// <summary>Decodes JSON text and numbers that <see cref="JsonScanner"/> has already found to be well formed.</summary>
internal static class JsonText
{
    /// <summary>Answer of <see cref="Unescape"/>: the destination is too small.</summary>
    public const int TooLong = -1;

    /// <summary>Answer of <see cref="Unescape"/>: an escaped surrogate without its partner, which no text can hold.</summary>
    public const int NotText = -2;

    // Powers of ten that a double holds exactly.
    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Copies the text with its escapes resolved; the length, or <see cref="TooLong"/> or <see cref="NotText"/>.</summary>
    public static int Unescape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        Span<byte> one = stackalloc byte[4];
        var written = 0;
        while (!text.IsEmpty)
        {
            var plain = text.IndexOf((byte)'\\');
            plain = plain < 0 ? text.Length : plain;
            if (plain > destination.Length - written)
            {
                return TooLong;
            }

            text[..plain].CopyTo(destination[written..]);
            written += plain;
            text = text[plain..];
            if (text.IsEmpty)
            {
                break;
            }

            var count = NextEscape(ref text, one);
            if (count < 0)
            {
                return NotText;
            }

            if (count > destination.Length - written)
            {
                return TooLong;
            }

            one[..count].CopyTo(destination[written..]);
            written += count;
        }

        return written;
    }

    /// <summary>True when the token's text is exactly these bytes once its escapes are resolved.</summary>
    public static bool Equals(ReadOnlySpan<byte> json, in JsonToken token, ReadOnlySpan<byte> literal)
    {
        var text = token.In(json);
        if (!token.Escaped)
        {
            return text.SequenceEqual(literal);
        }

        Span<byte> one = stackalloc byte[4];
        while (!text.IsEmpty)
        {
            int count;
            if (text[0] == '\\')
            {
                count = NextEscape(ref text, one);
            }
            else
            {
                one[0] = text[0];
                text = text[1..];
                count = 1;
            }

            if (count < 0 || !literal.StartsWith(one[..count]))
            {
                return false;
            }

            literal = literal[count..];
        }

        return literal.IsEmpty;
    }

    /// <summary>Reads a number; false when it is too large for a double (1e999).</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out double value)
    {
        // Up to 15 digits and one power of ten are exact, and so is their quotient's rounding: most amounts end here.
        ulong digits = 0;
        int count = 0, fraction = -1;
        var start = text[0] == '-' ? 1 : 0;
        if (text.Length - start <= 16)
        {
            var at = start;
            for (; at < text.Length; at++)
            {
                if (text[at] == '.')
                {
                    fraction = count;
                    continue;
                }

                var digit = (uint)(text[at] - '0');
                if (digit > 9)
                {
                    break;
                }

                digits = (digits * 10) + digit;
                count++;
            }

            if (at == text.Length && count <= 15)
            {
                value = fraction < 0 ? digits : digits / Powers[count - fraction];
                value = start == 1 ? -value : value;
                return true;
            }
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>Decodes the escape that the text starts with; bytes written, or −1 for a lone surrogate.</summary>
    private static int NextEscape(ref ReadOnlySpan<byte> text, scoped Span<byte> destination)
    {
        var kind = text[1];
        if (kind != 'u')
        {
            destination[0] = kind switch
            {
                (byte)'b' => 8,
                (byte)'f' => 12,
                (byte)'n' => 10,
                (byte)'r' => 13,
                (byte)'t' => 9,
                _ => kind,
            };
            text = text[2..];
            return 1;
        }

        var unit = Hex(text[2..]);
        text = text[6..];
        if (char.IsHighSurrogate(unit) && text.Length >= 6 && text[0] == '\\' && text[1] == 'u' && Hex(text[2..]) is var low && char.IsLowSurrogate(low))
        {
            text = text[6..];
            return new System.Text.Rune(unit, low).EncodeToUtf8(destination);
        }

        return System.Text.Rune.TryCreate(unit, out var rune) ? rune.EncodeToUtf8(destination) : -1;
    }

    private static char Hex(ReadOnlySpan<byte> text)
    {
        var value = 0;
        for (var i = 0; i < 4; i++)
        {
            var c = text[i];
            value = (value << 4) | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }

        return (char)value;
    }
}
