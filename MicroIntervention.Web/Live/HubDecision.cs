using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Web.Live;

/// <summary>One decision on the hub's wire. Ids are keyed hashes; no personal data.</summary>
public sealed record HubDecision(
    long Sequence, string Id, string Scenario, string Visitor, string Session, long AtMs,
    string Verdict, string Reason, string State, string Scale, double Value, double Threshold, double? SignalToPaintMs)
{
    public static HubDecision Of(FeedItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var facts = item.Decision.Facts;
        return new HubDecision(
            item.Sequence, facts.Id.ToString(), facts.Scenario.Value, facts.Visitor.ToString(), facts.Session.ToString(), facts.At.Milliseconds,
            item.Decision is Decision.Intervene ? "intervene" : "suppress", item.Decision.Reason.ToString(), item.State.ToString(),
            facts.Forecast.Scale.ToString(), facts.Forecast.Value, facts.Threshold, item.SignalToPaintMs);
    }
}
