using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Replay;

/// <summary>Reads Segment-shaped events, one JSON object a line; what has no messageId gets one from file and line.</summary>
internal sealed class SegmentLines(string fileHash)
{
    /// <summary>The line's event; null when it is none (not an object, no visitor, no time).</summary>
    public ReplayEvent? Read(string line, int number)
    {
        JsonObject? json;
        try
        {
            json = JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }

        var raw = Encoding.UTF8.GetBytes(line);
        var visitor = SignalText.Read(raw, "anonymousId") ?? SignalText.Read(raw, "userId");
        var time = SignalText.Read(raw, "timestamp") ?? SignalText.Read(raw, "originalTimestamp");
        if (json is null || visitor is null || time is null || !TryTime(time, out var at))
        {
            return null;
        }

        json["type"] ??= "track";
        json["messageId"] ??= string.Create(CultureInfo.InvariantCulture, $"{fileHash}:{number}:1");
        return new ReplayEvent(visitor, at, json.ToJsonString());
    }

    private static bool TryTime(string text, out long milliseconds)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out milliseconds))
        {
            return true;
        }

        var ok = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        milliseconds = time.ToUnixTimeMilliseconds();
        return ok;
    }
}
