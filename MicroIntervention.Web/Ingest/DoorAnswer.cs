using System.Globalization;
using System.Text.Json;

namespace MicroIntervention.Web.Ingest;

/// <summary>Writes what the doors answer: JSON, open to every origin, never cached.</summary>
/// <remarks>The doors know nobody by cookie, so <c>Access-Control-Allow-Origin: *</c> gives nothing away; whether a key may be used from an origin is checked on the request.</remarks>
internal static class DoorAnswer
{
    private const string AllowedHeaders =
        "authorization, content-type, content-encoding, x-retry-count, anonymousid, sentat, ce-specversion, ce-id, ce-source, ce-type, ce-subject, ce-time, ce-dataschema, " +
        "ce-anonymousid, ce-userid, ce-sessionid, ce-timezone, ce-locale";

    private static readonly byte[] Success = "{\"success\":true}"u8.ToArray();
    private static readonly byte[] PostHogSuccess = "{\"status\":\"Ok\"}"u8.ToArray();

    public static Task SuccessAsync(HttpContext context, int rejected)
    {
        var body = rejected == 0 ? Success : System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"success\":true,\"rejected\":{rejected}}}"));
        return WriteAsync(context, StatusCodes.Status200OK, body);
    }

    /// <summary>Says to PostHog's SDKs that their events are taken.</summary>
    public static Task PostHogSuccessAsync(HttpContext context, int rejected)
    {
        var body = rejected == 0 ? PostHogSuccess : System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"status\":\"Ok\",\"rejected\":{rejected}}}"));
        return WriteAsync(context, StatusCodes.Status200OK, body);
    }

    /// <summary>Answers with JSON that is already written.</summary>
    public static Task JsonAsync(HttpContext context, int status, byte[] body) => WriteAsync(context, status, body);

    /// <param name="sentence">What is wrong and what to do.</param>
    /// <param name="retryAfter">When trying again makes sense; whole seconds are sent, at least one.</param>
    public static Task ErrorAsync(HttpContext context, int status, string sentence, TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } wait)
        {
            var seconds = Math.Clamp((int)Math.Ceiling(wait.TotalSeconds), 1, 3600);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status413PayloadTooLarge)
        {
            // The rest of the body is not worth reading.
            context.Response.Headers.Connection = "close";
        }

        return WriteAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(new DoorError(sentence), DoorJson.Default.DoorError));
    }

    /// <summary>Answers a browser that asks before it sends.</summary>
    public static void Preflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        headers.AccessControlAllowHeaders = AllowedHeaders;

        // As long as any browser remembers it.
        headers.AccessControlMaxAge = "86400";
    }

    /// <summary>Answers a sender of CloudEvents that asks whether it may send here (CloudEvents HTTP webhooks 1.0, abuse protection). Whether it may is the key's business.</summary>
    public static void AllowWebhook(HttpContext context, string origin)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status200OK;
        headers.Allow = "POST, OPTIONS";
        headers["WebHook-Allowed-Origin"] = origin;
        headers["WebHook-Allowed-Rate"] = "*";
    }

    private static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers.AccessControlAllowOrigin = "*";
        if (status != StatusCodes.Status200OK)
        {
            response.Headers.AccessControlExposeHeaders = "Retry-After";
            response.Headers.XContentTypeOptions = "nosniff";
        }

        return response.Body.WriteAsync(body).AsTask();
    }
}
