using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>The write key that a request carries: user of Basic authorization, else <c>writeKey</c> in the body.</summary>
internal static class PresentedKey
{
    private const string Basic = "Basic ";

    // A key of the longest length with colon and a short password, in base64.
    private const int MaxHeaderLength = 400;

    /// <summary>Copies the key from the Authorization header; its length, 0 when there is none.</summary>
    public static int FromHeader(HttpRequest request, Span<byte> key)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } text || text.Length > MaxHeaderLength || !text.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }

        Span<byte> decoded = stackalloc byte[MaxHeaderLength];
        if (!Convert.TryFromBase64Chars(text.AsSpan(Basic.Length), decoded, out var length))
        {
            return 0;
        }

        var user = decoded[..length];
        var colon = user.IndexOf((byte)':');
        user = colon < 0 ? user : user[..colon];
        return user.TryCopyTo(key) ? user.Length : 0;
    }

    /// <summary>Copies the key from the body; its length, 0 when there is none.</summary>
    public static int FromBody(ReadOnlySpan<byte> body, Span<byte> key) => SignalText.TryRead(body, "writeKey", key, out var length) ? length : 0;
}
