using System.Globalization;
using System.Text;

namespace MicroIntervention.Engine.Scripts;

/// <summary>Makes words of unknown origin safe to stand inside our own: text only, short, on one line.</summary>
public static class PlainText
{
    /// <summary>Longest name a text may carry, in UTF-16 units.</summary>
    public const int MaxName = 64;

    /// <summary>Without control characters, line breaks, direction overrides and broken surrogates; spaces folded; cut at <paramref name="maxLength"/> without splitting a character. Null when nothing is left.</summary>
    public static string? Clean(string? text, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var clean = new StringBuilder(Math.Min(text.Length, maxLength));
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf16(rest, out var rune, out var used);
            rest = rest[used..];
            if (status != System.Buffers.OperationStatus.Done || IsUnwanted(rune))
            {
                continue;
            }

            if (Rune.IsWhiteSpace(rune))
            {
                if (clean.Length == 0 || clean[^1] == ' ')
                {
                    continue;
                }

                rune = new Rune(' ');
            }

            if (clean.Length + rune.Utf16SequenceLength > maxLength)
            {
                break;
            }

            clean.Append(rune.ToString());
        }

        var result = clean.ToString().TrimEnd();
        return result.Length == 0 ? null : result;
    }

    /// <summary>White space counts as wanted here: it becomes one space.</summary>
    private static bool IsUnwanted(Rune rune) =>
        !Rune.IsWhiteSpace(rune) &&
        (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned || TurnsDirection(rune.Value));

    /// <summary>Marks, embeddings, overrides and isolates that could make the words around a name read in another order.</summary>
    private static bool TurnsDirection(int rune) => rune is 0x200E or 0x200F or 0x061C or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
