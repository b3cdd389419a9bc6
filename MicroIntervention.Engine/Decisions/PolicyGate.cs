using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>The rules that can stand against a prompt, asked in the order of policy; the first that objects gives the reason.</summary>
internal static class PolicyGate
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <param name="plan">For the kill switch.</param>
    /// <param name="scenario">The scenario that wants to speak.</param>
    /// <param name="visitor">Whose ledger, consent and zone count.</param>
    /// <param name="session">The session it would speak in.</param>
    /// <param name="episode">The scenario's state in that session.</param>
    /// <param name="risk">0 to 1.</param>
    /// <param name="at">Now.</param>
    /// <param name="answers">The customer just wrote or spoke in a conversation: the prompt would be an answer.</param>
    /// <returns><see cref="DecisionReason.Chosen"/> when nothing objects.</returns>
    public static DecisionReason Ask(Plan plan, ScenarioPlan scenario, VisitorState visitor, in SessionState session, in EpisodeSlot episode, double risk, Moment at, bool answers)
    {
        var policy = scenario.Policy;
        if (plan.Killed)
        {
            return DecisionReason.Killed;
        }

        if (!policy.Enabled)
        {
            return DecisionReason.SwitchedOff;
        }

        if (policy.Stage == Stage.Observe)
        {
            return DecisionReason.Observing;
        }

        // A test visitor is always in.
        if (policy.Reach < 1 && !visitor.IsTest && PlaceOf(plan, scenario, visitor.Id) >= policy.Reach)
        {
            return DecisionReason.StageShare;
        }

        if (visitor.IsOptedOut)
        {
            return DecisionReason.OptedOut;
        }

        if (visitor.ConsentNow == ConsentState.Refused || (visitor.ConsentRequired && visitor.ConsentNow == ConsentState.Unknown))
        {
            return DecisionReason.NoConsent;
        }

        if (visitor.PrivacyControl && !policy.Service)
        {
            return DecisionReason.PrivacyControl;
        }

        if (scenario.IsStale)
        {
            return DecisionReason.SignalStale;
        }

        var limits = visitor.IsTest ? DecisionReason.Chosen : AskLimits(scenario, visitor, in session, in episode, at, answers);
        if (limits != DecisionReason.Chosen)
        {
            return limits;
        }

        return policy.ExpectedBenefit(risk) < policy.MinimumBenefit ? DecisionReason.MinimumBenefit : DecisionReason.Chosen;
    }

    /// <summary>Where a visitor stands between 0 and 1 for one scenario: always the same, and another for each scenario. In a share exactly when below it, so a larger share keeps whom a smaller one had.</summary>
    public static double PlaceOf(Plan plan, ScenarioPlan scenario, VisitorId visitor) =>
        UnitShare.Of(plan.Hash.Of(HashDomain.Share, new Hash128(scenario.Name, 0), visitor.Value));

    /// <summary>Likely bot, quiet hours, "no", caps and cool-down: what a test visitor is exempt from.</summary>
    private static DecisionReason AskLimits(ScenarioPlan scenario, VisitorState visitor, in SessionState session, in EpisodeSlot episode, Moment at, bool answers)
    {
        var policy = scenario.Policy;
        if (session.IsLikelyBot)
        {
            return DecisionReason.LikelyBot;
        }

        if (policy.QuietHours is { } quiet && !(answers && policy.AnswersInQuietHours) && IsQuiet(quiet, visitor, at))
        {
            return DecisionReason.QuietHours;
        }

        var elsewhere = visitor.Link?.Elsewhere;
        if (visitor.Ledger is null && elsewhere is null)
        {
            return DecisionReason.Chosen;
        }

        if (episode.IsRefused || IsDeclined(visitor.Ledger, policy, scenario.Name, session.Id, at) || IsDeclined(elsewhere, policy, scenario.Name, session.Id, at))
        {
            return DecisionReason.Declined;
        }

        // A session that was closed and opened again counts anew, the ledger does not; other sessions may push prompts out of the ledger, not out of the session.
        if (policy.MaxPerSession is { } perSession && Math.Max(session.Prompts, visitor.Ledger?.InSession(session.Id) ?? 0) >= perSession)
        {
            return DecisionReason.SessionCap;
        }

        if (policy.MaxPerVisitor is { } perVisitor && Since(visitor, at + -policy.VisitorCapWindow) >= perVisitor)
        {
            return DecisionReason.VisitorCap;
        }

        if (policy.MaxPerWeek is { } perWeek && Since(visitor, at + -Week) >= perWeek)
        {
            return DecisionReason.WeekCap;
        }

        if (policy.Attention.Bid is { } bid && visitor.Ledger is { } ledger &&
            ledger.SpentAt(at) + ledger.PriceOf(scenario.Name, policy.Attention, at) > bid)
        {
            return DecisionReason.Attention;
        }

        return !policy.RepeatsPerSignal && Since(visitor, at + -policy.CoolDown) > 0
            ? DecisionReason.CoolDown
            : DecisionReason.Chosen;
    }

    /// <summary>Prompts to the visitor itself, exactly, and to the customer's others, as far as they have been told of.</summary>
    private static int Since(VisitorState visitor, Moment after) =>
        (visitor.Ledger?.Since(after) ?? 0) + (visitor.Link?.Elsewhere?.Since(after) ?? 0);

    private static bool IsDeclined(PromptLedger? ledger, ScenarioPolicy policy, ulong scenario, SessionId session, Moment at) =>
        ledger is not null && ledger.IsDeclined(scenario, session, at, policy.DeclinedFor, policy.DeclinedForAtMost);

    /// <summary>In the customer's own time. An offset learned in the same quarter hour is exact: zones put their clocks on and back at quarter hours.</summary>
    private static bool IsQuiet(QuietHours quiet, VisitorState visitor, Moment at) =>
        visitor.ZoneOffsetMinutes == Signal.UnknownZone ? quiet.Contains(at, 0)
        : visitor.ZoneQuarter == VisitorState.QuarterOf(at) ? quiet.Contains(at, visitor.ZoneOffsetMinutes)
        : quiet.MayContain(at, visitor.ZoneOffsetMinutes);
}
