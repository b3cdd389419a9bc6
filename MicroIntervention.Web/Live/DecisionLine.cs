using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Web.Live;

/// <summary>One decision as a list shows it.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Visitor">32 hexadecimal digits of a keyed hash; the raw id is not known here.</param>
/// <param name="Value">Points, or a probability 0 to 1.</param>
/// <param name="Reasons">The largest contributions that speak for friction, largest first; at most 2.</param>
public sealed record DecisionLine(
    string Id,
    string Scenario,
    string Visitor,
    string Session,
    DateTimeOffset At,
    bool Intervened,
    DecisionReason Reason,
    FeedState State,
    ScoreScale Scale,
    double Value,
    double Threshold,
    IReadOnlyList<Contribution> Reasons,
    double? SignalToPaintMs,
    bool IsTest)
{
    /// <summary>Enough digits to tell sessions of one screen apart.</summary>
    public string ShortSession => Session[..8];

    public static DecisionLine Of(FeedItem item, Plan? plan)
    {
        ArgumentNullException.ThrowIfNull(item);
        var facts = item.Decision.Facts;
        return new DecisionLine(
            facts.Id.ToString(),
            facts.Scenario.Value,
            facts.Visitor.ToString(),
            facts.Session.ToString(),
            facts.At.ToDateTimeOffset(),
            item.Decision is Decision.Intervene,
            item.Decision.Reason,
            item.State,
            facts.Forecast.Scale,
            facts.Forecast.Value,
            facts.Threshold,
            Contribution.TopOf(facts.Scenario, facts.Forecast, plan, 2),
            item.SignalToPaintMs,
            facts.IsTest);
    }
}
