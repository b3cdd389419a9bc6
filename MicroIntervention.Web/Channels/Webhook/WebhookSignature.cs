using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Signs and checks webhooks: <c>v1,</c> and base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
/// <remarks>Thread-safe. Signing rents its scratch from the shared pool. Source: Standard Webhooks 1.0.</remarks>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>Length of one signature in ASCII bytes: <c>v1,</c> and 44 digits.</summary>
    public const int Size = 3 + 44;

    /// <summary>How far a timestamp may lie from now, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    // A sender that rotates keys sends two or three; more is somebody making us compute.
    private const int MaxSignatures = 16;

    /// <summary>Writes the signature as ASCII.</summary>
    /// <param name="timestampSeconds">Unix seconds of this attempt.</param>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public static void Sign(WebhookSecret secret, ReadOnlySpan<byte> id, long timestampSeconds, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(secret);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> stamp = stackalloc byte[20];
        Utf8Formatter.TryFormat(timestampSeconds, stamp, out var stampLength);
        Authenticate(secret.Key, id, stamp[..stampLength], body, mac);
        "v1,"u8.CopyTo(destination);
        Base64.EncodeToUtf8(mac, destination[3..], out _, out _);
    }

    /// <summary>The signature as text.</summary>
    public static string Sign(WebhookSecret secret, string id, long timestampSeconds, ReadOnlySpan<byte> body)
    {
        Span<byte> signature = stackalloc byte[Size];
        Sign(secret, Encoding.UTF8.GetBytes(id), timestampSeconds, body, signature);
        return Encoding.ASCII.GetString(signature);
    }

    /// <summary>Whether a received webhook is genuine and fresh.</summary>
    /// <param name="secrets">Any one of them suffices, so that a key can be replaced without a gap.</param>
    /// <param name="signatures">The header as received: a list separated by spaces; unknown versions are passed over.</param>
    public static WebhookVerdict Verify(
        IReadOnlyList<WebhookSecret> secrets, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signatures))
        {
            return WebhookVerdict.MissingHeader;
        }

        // The timestamp is signed as written, so only its one plain form is taken.
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return WebhookVerdict.BadTimestamp;
        }

        var nowSeconds = now.ToUnixTimeSeconds();
        if (seconds < nowSeconds - (long)Tolerance.TotalSeconds)
        {
            return WebhookVerdict.TooOld;
        }

        if (seconds > nowSeconds + (long)Tolerance.TotalSeconds)
        {
            return WebhookVerdict.TooNew;
        }

        var idBytes = Encoding.UTF8.GetBytes(id);
        var stampBytes = Encoding.ASCII.GetBytes(timestamp);
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var secret in secrets)
        {
            Authenticate(secret.Key, idBytes, stampBytes, body, expected);
            var left = MaxSignatures;
            foreach (var range in signatures.AsSpan().Split(' '))
            {
                var one = signatures.AsSpan()[range];
                if (left-- == 0)
                {
                    break;
                }

                if (one.StartsWith("v1,", StringComparison.Ordinal) &&
                    Convert.TryFromBase64Chars(one[3..], given, out var count) && count == given.Length &&
                    CryptographicOperations.FixedTimeEquals(expected, given))
                {
                    return WebhookVerdict.Valid;
                }
            }
        }

        return WebhookVerdict.NoMatchingSignature;
    }

    private static void Authenticate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> id, ReadOnlySpan<byte> stamp, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        var length = id.Length + stamp.Length + body.Length + 2;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        var content = rented.AsSpan(0, length);
        id.CopyTo(content);
        content[id.Length] = (byte)'.';
        stamp.CopyTo(content[(id.Length + 1)..]);
        content[id.Length + 1 + stamp.Length] = (byte)'.';
        body.CopyTo(content[(id.Length + stamp.Length + 2)..]);
        HMACSHA256.HashData(key, content, mac);
        ArrayPool<byte>.Shared.Return(rented);
    }
}
