using System.Text;
using System.Text.Json;

namespace MicroIntervention.Web.Ingest;

/// <summary>What SDKs fetch before or beside their events, and what those get that this program does not take.</summary>
/// <remarks>Holds nothing secret and reads nothing: a write key in a path or query is given back as it came, whether it is one or not.</remarks>
internal static class SdkSettings
{
    private const string PostHogConfigStart = "/array/";
    private const string PostHogConfigEnd = "/config";
    private const string SegmentStart = "/v1/projects/";
    private const string SegmentEnd = "/settings";

    private static readonly byte[] PostHogConfig = Encoding.UTF8.GetBytes(
        """{"supportedCompression":["gzip","gzip-js","base64"],"hasFeatureFlags":false,"sessionRecording":false,"surveys":false,"heatmaps":false,"capturePerformance":false,"siteApps":[]}""");

    /// <summary>Answers when the path is one of these; false when it is not.</summary>
    public static bool TryHandle(HttpContext context, out Task answered)
    {
        var path = context.Request.Path.Value ?? "";
        answered = path switch
        {
            "/sourceConfig/" or "/sourceConfig" => ReadAsync(context, static c => RudderStack(c.Request.Query["writeKey"])),
            "/track" or "/track/" or "/engage" or "/engage/" or "/groups" or "/groups/" or "/import" or "/import/" => DoorAnswer.ErrorAsync(
                context, StatusCodes.Status404NotFound,
                "Mixpanel's libraries are not read here; send the same events with Segment's, RudderStack's or PostHog's library, or as JSON to /v1/track."),
            _ when path.StartsWith(PostHogConfigStart, StringComparison.Ordinal) && path.TrimEnd('/').EndsWith(PostHogConfigEnd, StringComparison.Ordinal) => ReadAsync(context, static _ => PostHogConfig),
            _ when path.StartsWith(SegmentStart, StringComparison.Ordinal) && path.EndsWith(SegmentEnd, StringComparison.Ordinal) && path.Length > SegmentStart.Length + SegmentEnd.Length =>
                ReadAsync(context, static c => Segment(c.Request)),
            _ when path.StartsWith(PostHogConfigStart, StringComparison.Ordinal) => DoorAnswer.ErrorAsync(
                context, StatusCodes.Status404NotFound, "PostHog's scripts are not served here; bundle posthog-js with your site."),
            _ => Task.CompletedTask,
        };
        return answered != Task.CompletedTask;
    }

    private static Task ReadAsync(HttpContext context, Func<HttpContext, byte[]> body)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            return DoorAnswer.JsonAsync(context, StatusCodes.Status200OK, body(context));
        }

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            DoorAnswer.Preflight(context);
            return context.Response.CompleteAsync();
        }

        context.Response.Headers.Allow = "GET, OPTIONS";
        return DoorAnswer.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "Fetch settings with GET.");
    }

    // The least that @rudderstack/analytics-js takes for a configuration: an enabled source, its id, no destinations, nothing reported elsewhere.
    private static byte[] RudderStack(string? writeKey) => Write(json =>
    {
        json.WriteStartObject("source");
        json.WriteString("id", "micro-intervention");
        json.WriteString("name", "MicroIntervention");
        json.WriteString("writeKey", writeKey ?? "");
        json.WriteString("workspaceId", "micro-intervention");
        json.WriteBoolean("enabled", true);
        json.WriteStartArray("destinations");
        json.WriteEndArray();
        json.WriteStartObject("config");
        json.WriteStartObject("statsCollection");
        WriteOff(json, "errors");
        WriteOff(json, "metrics");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    // What @segment/analytics-next asks its cdnURL for: send to the same host, nowhere else.
    private static byte[] Segment(HttpRequest request) => Write(json =>
    {
        json.WriteStartObject("integrations");
        json.WriteStartObject("Segment.io");
        json.WriteString("apiKey", request.Path.Value![SegmentStart.Length..^SegmentEnd.Length]);
        json.WriteString("apiHost", request.Host.Value + "/v1");
        json.WriteString("protocol", request.Scheme);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteEmpty(json, "plan");
        WriteEmpty(json, "edgeFunction");
        WriteEmpty(json, "metrics");
    });

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteOff(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("enabled", false);
        json.WriteEndObject();
    }

    private static void WriteEmpty(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteEndObject();
    }
}
