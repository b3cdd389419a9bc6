using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>When and how often a pack's scenario may speak, with what people set differently.</summary>
internal static class PackPolicyReader
{
    /// <summary>How far under its threshold an episode closes where the pack does not say: 5 points, or 0.05.</summary>
    private const double PointsDrop = 5;
    private const double ProbabilityDrop = 0.05;

    public static readonly ImmutableArray<(string Word, Stage Value)> Stages = [("observe", Stage.Observe), ("pilot", Stage.Pilot), ("ramp", Stage.Ramp), ("on", Stage.On)];

    public static ScenarioPolicy? Read(PackObject root, ModelArtifact? model, PackTrigger? trigger, ImmutableArray<ChannelKind> channels, PackScope scope, PolicyOverride? changed)
    {
        var stage = root.Required("stage", "\"observe\" decides and sends nothing, \"pilot\" sends to half of the visitors, \"ramp\" to rampShare of them, \"on\" to all")?.Word(Stages);
        var rampShare = root.Optional("rampShare")?.Number(OverrideRules.MinShare, OverrideRules.MaxShare) ?? ScenarioPolicy.DefaultRampShare;
        var service = root.Optional("service")?.Flag() ?? false;
        var currency = root.Optional("currency")?.Text(3) ?? "EUR";
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
        {
            scope.Add(root.PathOf("currency"), $"\"{currency}\" is no currency code; write three capitals, for example \"EUR\".");
        }

        var before = scope.Faults.Count;
        var value = root.Optional("valueOfRescue")?.Number(0, PackLimits.Number) ?? 0;
        var success = root.Optional("assumedSuccess")?.Number(0, 1) ?? 0;
        var cost = root.Optional("promptCost")?.Number(0, PackLimits.Number) ?? 0;
        var least = root.Optional("minimumBenefit")?.Number(-PackLimits.Number, PackLimits.Number) ?? 0;
        var benefitIsSound = scope.Faults.Count == before;
        var threshold = root.Required("threshold", "the score from which it speaks")?.Number(-PackLimits.Number, PackLimits.Number);
        var caps = Caps(root, scope);
        var attention = PackAttentionReader.Read(root, channels, scope);
        var coolDown = root.Stated("coolDown", "least time between two prompts, for example \"30m\", or null for none")?.Duration(PackLimits.MinDuration, PackLimits.MaxDuration);
        var quiet = Quiet(root);
        var declinedFor = root.Optional("declinedFor")?.Duration(PackLimits.MinDuration, PackLimits.MaxDuration) ?? TimeSpan.FromHours(24);
        var declinedForAtMost = DeclinedForAtMost(root, declinedFor, scope);
        var drop = root.Optional("closingDrop")?.Number(0, PackLimits.Number) ?? (model?.Scale == ScoreScale.Probability ? ProbabilityDrop : PointsDrop);
        if (model is not null && threshold is { } t)
        {
            CheckThreshold(root, model, t, drop, trigger, scope);
        }

        if (benefitIsSound && least > 0 && (value * success) - cost < least)
        {
            scope.Add(root.PathOf("minimumBenefit"), $"is {PackScope.Show(least)}, but even a sure case brings {PackScope.Show((value * success) - cost)}; it would never speak. Lower it, or raise valueOfRescue or assumedSuccess.");
        }

        var policy = new ScenarioPolicy
        {
            Key = default,
            Stage = stage ?? Stage.Observe,
            RampShare = rampShare,
            Service = service,
            Threshold = threshold ?? 0,
            ClosingDrop = drop,
            RepeatsPerSignal = trigger?.RepeatsPerSignal ?? false,
            MaxPerSession = caps.PerSession,
            MaxPerVisitor = caps.PerVisitor,
            VisitorCapWindow = caps.Window,
            MaxPerWeek = caps.PerWeek,
            Attention = attention,
            CoolDown = coolDown ?? TimeSpan.Zero,
            QuietHours = quiet,
            AnswersInQuietHours = AnswersInQuietHours(root),
            DeclinedFor = declinedFor,
            DeclinedForAtMost = declinedForAtMost,
            ValueOfRescue = value,
            AssumedSuccess = success,
            PromptCost = cost,
            MinimumBenefit = least,
            Currency = currency,
        };
        return changed is null ? policy : OverrideRules.Apply(policy, changed, model, scope);
    }

    private static void CheckThreshold(PackObject root, ModelArtifact model, double threshold, double drop, PackTrigger? trigger, PackScope scope)
    {
        if (OverrideRules.ThresholdFault(model.Scale, threshold) is { } fault)
        {
            scope.Add(root.PathOf("threshold"), fault);
            return;
        }

        if (drop <= 0 || drop >= threshold)
        {
            scope.Add(root.PathOf("closingDrop"), $"is {PackScope.Show(drop)}; it must lie above 0 and under the threshold {PackScope.Show(threshold)}.");
        }

        if (model.Scale == ScoreScale.Points && trigger is null)
        {
            var (low, high) = PackModelReader.Bounds(model);
            if (threshold > high)
            {
                scope.Add(root.PathOf("threshold"), $"is {PackScope.Show(threshold)}, but the model reaches {PackScope.Show(high)} points at most; it would never speak.");
            }
            else if (threshold <= low)
            {
                scope.Add(root.PathOf("threshold"), $"is {PackScope.Show(threshold)}, but the model never falls below {PackScope.Show(low)} points; it would speak at every session's first signal.");
            }
        }
    }

    private static (int? PerSession, int? PerVisitor, TimeSpan Window, int? PerWeek) Caps(PackObject root, PackScope scope)
    {
        var window = TimeSpan.FromHours(24);
        if (root.Stated("caps", "most prompts per session and visitor, or null for no caps") is not { } node || PackObject.From(node, PackMembers.Caps) is not { } caps)
        {
            return (null, null, window, null);
        }

        var perSession = caps.Optional("perSession")?.Whole(1, PromptLedger.Capacity);
        var perVisitor = caps.Optional("perVisitor")?.Whole(1, PromptLedger.Capacity);
        var perWeek = caps.Optional("perWeek")?.Whole(1, PromptLedger.Capacity);
        if (!caps.Has("perSession") && !caps.Has("perVisitor") && !caps.Has("perWeek"))
        {
            scope.Add(caps.Path, "caps nothing; give perSession, perVisitor or perWeek, or write null for no caps.");
        }

        if (!caps.Has("perVisitor"))
        {
            caps.Forbid("visitorWindow", "belongs to perVisitor, which is not there.");
        }

        return (perSession, perVisitor, caps.Optional("visitorWindow")?.Duration(PackLimits.MinDuration, PackLimits.MaxDuration) ?? window, perWeek);
    }

    private static TimeSpan DeclinedForAtMost(PackObject root, TimeSpan once, PackScope scope)
    {
        var atMost = root.Optional("declinedForAtMost")?.Duration(PackLimits.MinDuration, PackLimits.MaxDeclined);
        if (atMost < once)
        {
            scope.Add(root.PathOf("declinedForAtMost"), $"is {DurationText.Format(atMost.Value)}, shorter than declinedFor, {DurationText.Format(once)}.");
        }

        return atMost ?? once;
    }

    /// <summary>Its faults, should it have any, are told where the hours are read.</summary>
    private static bool AnswersInQuietHours(PackObject root) =>
        root.Optional("quietHours") is { Element.ValueKind: System.Text.Json.JsonValueKind.Object } quiet &&
        quiet.Element.TryGetProperty("exceptInConversation", out var except) && except.ValueKind == System.Text.Json.JsonValueKind.True;

    private static QuietHours? Quiet(PackObject root)
    {
        return root.Stated("quietHours", "from and to in the customer's own time, or null for none") is { } node ? ReadHours(node, equalAllowed: false) : null;
    }

    /// <param name="node">An object with from and to.</param>
    /// <param name="equalAllowed">In an override two equal times switch the pack's quiet hours off.</param>
    public static QuietHours? ReadHours(PackNode node, bool equalAllowed)
    {
        if (PackObject.From(node, PackMembers.QuietHours) is not { } hours)
        {
            return null;
        }

        hours.Optional("exceptInConversation")?.Flag();
        var from = Minute(hours.Required("from", "for example \"22:00\""));
        var to = Minute(hours.Required("to", "for example \"07:00\""));
        if (!equalAllowed && from is not null && from == to)
        {
            node.Scope.Add(hours.PathOf("to"), "is the same as from; write null for no quiet hours.");
        }

        return from is null || to is null ? null : new QuietHours(from.Value, to.Value);
    }

    private static int? Minute(PackNode? node)
    {
        if (node is not { } there || there.Text(PackLimits.NameLength) is not { } text)
        {
            return null;
        }

        if (ClockText.TryParse(text, out var minute))
        {
            return minute;
        }

        there.Scope.Add(there.Path, $"\"{text}\" is no time of day; write hours and minutes, \"00:00\" to \"23:59\".");
        return null;
    }
}
