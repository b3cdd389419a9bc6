using System.Globalization;
using System.Text;

namespace MicroIntervention.Web.Features.Setup;

/// <summary>Untrusted bytes as text that a person can read and that does nothing: no control, direction or invisible character survives as itself.</summary>
public static class PayloadText
{
    /// <summary>Reads bytes as UTF-8; what is no text or could deceive the eye is written as \xNN or \u{N}.</summary>
    /// <param name="most">Most characters of the result; the rest is cut and an ellipsis says so.</param>
    public static string Of(ReadOnlySpan<byte> payload, int most)
    {
        var text = new StringBuilder(Math.Min(payload.Length, most) + 16);
        while (!payload.IsEmpty && text.Length < most)
        {
            var status = Rune.DecodeFromUtf8(payload, out var rune, out var length);
            if (status != System.Buffers.OperationStatus.Done)
            {
                foreach (var wrong in payload[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{wrong:x2}");
                }
            }
            else if (rune.Value is '\n' or '\t' || IsPlain(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }

            payload = payload[length..];
        }

        return payload.IsEmpty ? text.ToString() : text.Append('…').ToString();
    }

    // Format covers the direction overrides and zero-width characters.
    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or
        UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);
}
