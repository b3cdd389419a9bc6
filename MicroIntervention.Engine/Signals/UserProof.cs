using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace MicroIntervention.Engine.Signals;

/// <summary>The proof that a browser speaks for a customer: <c>userHash</c>, which only the customer's own server can make.</summary>
/// <remarks>HMAC-SHA256 under the source's identity secret (its UTF-8 bytes) of the user id (UTF-8), in hexadecimal. Thread-safe.</remarks>
public static class UserProof
{
    /// <summary>Length of the hexadecimal text.</summary>
    public const int TextLength = 2 * HMACSHA256.HashSizeInBytes;

    private static readonly string[] Paths = ["traits.userHash", "context.traits.userHash", "context.userHash"];

    /// <summary>The proof, in lower case.</summary>
    /// <param name="secret">The source's identity secret.</param>
    /// <param name="userId">The user id.</param>
    public static string Make(ReadOnlySpan<byte> secret, string userId) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(userId)));

    /// <summary>Whether an identify event carries the right proof for its user id. Takes the proof out of the event, right or wrong: it does not reach the log.</summary>
    /// <param name="secret">The source's identity secret.</param>
    /// <param name="raw">The event's JSON; a proof in it is overwritten with asterisks.</param>
    /// <param name="userId">The event's user id, bytes of UTF-8.</param>
    [SkipLocalsInit]
    public static bool TakeFrom(ReadOnlySpan<byte> secret, Span<byte> raw, ReadOnlySpan<byte> userId)
    {
        Span<byte> text = stackalloc byte[256];
        foreach (var path in Paths)
        {
            if (SignalText.TryRead(raw, path, text, out var length))
            {
                var holds = length == TextLength && Holds(secret, text[..length], userId);
                for (int at; length >= TextLength && (at = raw.IndexOf(text[..length])) >= 0;)
                {
                    raw.Slice(at, length).Fill((byte)'*');
                }

                return holds;
            }
        }

        return false;
    }

    private static bool Holds(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> proof, ReadOnlySpan<byte> userId)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> right = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var i = 0; i < given.Length; i++)
        {
            var (high, low) = (Digit(proof[2 * i]), Digit(proof[(2 * i) + 1]));
            if (high < 0 || low < 0)
            {
                return false;
            }

            given[i] = (byte)((high << 4) | low);
        }

        HMACSHA256.HashData(secret, userId, right);
        return CryptographicOperations.FixedTimeEquals(given, right);
    }

    private static int Digit(byte c) => char.IsAsciiHexDigit((char)c) ? c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10 : -1;
}
