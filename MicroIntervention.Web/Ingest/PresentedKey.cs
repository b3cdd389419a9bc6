using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>The write key that a request carries: user of Basic authorization, or a bearer token, else in the body where its form has it.</summary>
internal static class PresentedKey
{
    private const string Basic = "Basic ";
    private const string Bearer = "Bearer ";

    // A key of the longest length with colon and a short password, in base64.
    private const int MaxHeaderLength = 400;

    /// <summary>Copies the key from the Authorization header; its length, 0 when there is none.</summary>
    public static int FromHeader(HttpRequest request, Span<byte> key)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } text || text.Length > MaxHeaderLength)
        {
            return 0;
        }

        if (!text.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            // Senders of CloudEvents know no Basic authorization.
            return text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && System.Text.Encoding.UTF8.TryGetBytes(text.AsSpan(Bearer.Length), key, out var written) ? written : 0;
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
    public static int FromBody(DoorForm form, ReadOnlySpan<byte> body, Span<byte> key) => form switch
    {
        DoorForm.Segment => SignalText.TryRead(body, "writeKey", key, out var length) ? length : 0,
        DoorForm.PostHog or DoorForm.PostHogFlags => PostHogBody.ReadKey(body, key),
        DoorForm.CloudEvents => 0,
        DoorForm.DryRun => SignalText.TryRead(body, "writeKey", key, out var length) ? length : PostHogBody.ReadKey(body, key),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, null),
    };
}
