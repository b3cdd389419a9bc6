using System.Text.Json.Nodes;

namespace MicroIntervention.Web.Replay;

/// <summary>One event of a file that is replayed.</summary>
/// <param name="Visitor">Whose it is; all events of one visitor travel on one connection, in file order.</param>
/// <param name="AtMs">Its own time, Unix milliseconds.</param>
/// <param name="Json">The event as the batch door takes it.</param>
internal sealed record ReplayEvent(string Visitor, long AtMs, string Json)
{
    /// <summary>The same event without a time of its own: it happens when it arrives. What a running server takes, whose clock is the wall's; under its old time it would only count as late.</summary>
    public ReplayEvent AsOfArrival()
    {
        var json = JsonNode.Parse(Json)!.AsObject();
        foreach (var time in (ReadOnlySpan<string>)["timestamp", "originalTimestamp", "sentAt"])
        {
            json.Remove(time);
        }

        return this with { Json = json.ToJsonString() };
    }
}
