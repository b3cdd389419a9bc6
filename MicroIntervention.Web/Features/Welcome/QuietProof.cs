using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Web.Features.Welcome;

/// <summary>That a further declined payment stayed below the raised threshold, as the log tells it.</summary>
public sealed record QuietProof(ScoreScale Scale, double Value, double Threshold)
{
    private const string Declined = "Payment Declined";

    /// <summary>Looks at what came after the threshold was raised.</summary>
    /// <returns>Null until a payment was declined after <paramref name="since"/> without a prompt.</returns>
    public static QuietProof? Of(SessionTimeline? timeline, string scenario, DateTimeOffset since)
    {
        if (timeline is null || timeline.Decisions.Any(decision => decision is Decision.Intervene && decision.Facts.At.ToDateTimeOffset() >= since))
        {
            return null;
        }

        for (var i = timeline.Points.Count - 1; i >= 0 && timeline.Points[i].Header.At.ToDateTimeOffset() >= since; i--)
        {
            if (timeline.Labels[i] == Declined && Array.Find(timeline.Points[i].Scores, score => score.Scenario.Value == scenario) is { } score && score.Value < score.Threshold)
            {
                return new QuietProof(score.Scale, score.Value, score.Threshold);
            }
        }

        return null;
    }
}
