using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>What people set differently, checked as a pack is.</summary>
/// <remarks>Settings are applied where the pack's settings are read.</remarks>
internal static class OverrideRules
{
    /// <summary>Smallest and largest share of a ramp: below, nobody learns anything; above, it is on.</summary>
    public const double MinShare = 0.01;
    public const double MaxShare = 0.99;

    private const int MinutesADay = 24 * 60;

    /// <summary>What is wrong with a threshold on its scale; null for nothing.</summary>
    public static string? ThresholdFault(ScoreScale scale, double threshold) => scale switch
    {
        ScoreScale.Points when !(threshold is > 0 and <= 100) => $"is {PackScope.Show(threshold)}; points go from above 0 to 100.",
        ScoreScale.Probability when !(threshold is > 0 and < 1) => $"is {PackScope.Show(threshold)}; a probability lies between 0 and 1, both excluded.",
        ScoreScale.Points or ScoreScale.Probability => null,
        _ => throw new InvalidOperationException($"No range for scale {scale}."),
    };

    public static ScenarioPolicy Apply(ScenarioPolicy policy, PolicyOverride changed, ModelArtifact? model, PackScope scope)
    {
        if (changed.Threshold is { } threshold && model is not null && ThresholdFault(model.Scale, threshold) is { } fault)
        {
            scope.Add("override.threshold", fault);
        }

        if (changed.Stage is { } stage && !Enum.IsDefined(stage))
        {
            scope.Add("override.stage", "is not known; use observe, pilot, ramp or on.");
        }

        if (changed.RampShare is { } share && !(share is >= MinShare and <= MaxShare))
        {
            scope.Add("override.rampShare", $"is {PackScope.Show(share)}; it must lie between {PackScope.Show(MinShare)} and {PackScope.Show(MaxShare)}.");
        }

        if (changed.Bid is { } bid && !(bid >= Math.Max(PackAttentionReader.MinBid, policy.Attention.Prompt) && bid <= PackAttentionReader.MaxUnits))
        {
            scope.Add("override.bid", $"is {PackScope.Show(bid)}; it must lie between {PackScope.Show(Math.Max(PackAttentionReader.MinBid, policy.Attention.Prompt))}, what a first prompt costs, and {PackScope.Show(PackAttentionReader.MaxUnits)}.");
        }

        Cap("maxPerSession", changed.MaxPerSession);
        Cap("maxPerVisitor", changed.MaxPerVisitor);
        Cap("maxPerWeek", changed.MaxPerWeek);
        Time("visitorCapWindow", changed.VisitorCapWindow, zeroAllowed: false);
        Time("coolDown", changed.CoolDown, zeroAllowed: true);
        if (changed.QuietHours is { } quiet && (quiet.FromMinute is < 0 or >= MinutesADay || quiet.ToMinute is < 0 or >= MinutesADay))
        {
            scope.Add("override.quietHours", "lies outside the day; use 00:00 to 23:59.");
        }

        var next = changed.Threshold ?? policy.Threshold;
        return policy with
        {
            Enabled = changed.Enabled ?? policy.Enabled,
            Stage = changed.Stage ?? policy.Stage,
            RampShare = changed.RampShare ?? policy.RampShare,
            Attention = changed.Bid is null ? policy.Attention : policy.Attention with { Bid = changed.Bid },
            MarksBots = changed.LikelyBot ?? policy.MarksBots,
            Threshold = next,

            // A threshold set below the pack's drop would never let an episode close.
            ClosingDrop = policy.ClosingDrop < next ? policy.ClosingDrop : next / 2,
            MaxPerSession = changed.MaxPerSession ?? policy.MaxPerSession,
            MaxPerVisitor = changed.MaxPerVisitor ?? policy.MaxPerVisitor,
            VisitorCapWindow = changed.VisitorCapWindow ?? policy.VisitorCapWindow,
            MaxPerWeek = changed.MaxPerWeek ?? policy.MaxPerWeek,
            CoolDown = changed.CoolDown ?? policy.CoolDown,
            QuietHours = changed.QuietHours is null ? policy.QuietHours : changed.QuietHours.Value.FromMinute == changed.QuietHours.Value.ToMinute ? null : changed.QuietHours,
        };

        void Cap(string name, int? cap)
        {
            if (cap is < 1 or > PromptLedger.Capacity)
            {
                scope.Add($"override.{name}", $"is {cap}; it must lie between 1 and {PromptLedger.Capacity}.");
            }
        }

        void Time(string name, TimeSpan? time, bool zeroAllowed)
        {
            if (time is { } t && !(zeroAllowed && t == TimeSpan.Zero) && (t < PackLimits.MinDuration || t > PackLimits.MaxDuration))
            {
                scope.Add($"override.{name}", $"is {DurationText.Format(t)}; it must lie between {DurationText.Format(PackLimits.MinDuration)} and {DurationText.Format(PackLimits.MaxDuration)}.");
            }
        }
    }
}
