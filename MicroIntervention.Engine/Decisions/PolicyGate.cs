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

        if (visitor.OptedOut)
        {
            return DecisionReason.OptedOut;
        }

        if (visitor.Consent == ConsentState.Refused || (visitor.ConsentRequired && visitor.Consent == ConsentState.Unknown))
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

        if (visitor.Ledger is not { } ledger)
        {
            return DecisionReason.Chosen;
        }

        if (episode.IsRefused || ledger.IsDeclined(scenario.Name, session.Id, at, policy.DeclinedFor, policy.DeclinedForAtMost))
        {
            return DecisionReason.Declined;
        }

        // A session that was closed and opened again counts anew, the ledger does not; other sessions may push prompts out of the ledger, not out of the session.
        if (policy.MaxPerSession is { } perSession && Math.Max(session.Prompts, ledger.InSession(session.Id)) >= perSession)
        {
            return DecisionReason.SessionCap;
        }

        if (policy.MaxPerVisitor is { } perVisitor && ledger.Since(at + -policy.VisitorCapWindow) >= perVisitor)
        {
            return DecisionReason.VisitorCap;
        }

        if (policy.MaxPerWeek is { } perWeek && ledger.Since(at + -Week) >= perWeek)
        {
            return DecisionReason.WeekCap;
        }

        if (policy.Attention.Bid is { } bid && ledger.SpentAt(at) + ledger.PriceOf(scenario.Name, policy.Attention, at) > bid)
        {
            return DecisionReason.Attention;
        }

        return !policy.RepeatsPerSignal && ledger.Since(at + -policy.CoolDown) > 0
            ? DecisionReason.CoolDown
            : DecisionReason.Chosen;
    }

    /// <summary>In the customer's own time. An offset learned in the same quarter hour is exact: zones put their clocks on and back at quarter hours.</summary>
    private static bool IsQuiet(QuietHours quiet, VisitorState visitor, Moment at) =>
        visitor.ZoneOffsetMinutes == Signal.UnknownZone ? quiet.Contains(at, 0)
        : visitor.ZoneQuarter == VisitorState.QuarterOf(at) ? quiet.Contains(at, visitor.ZoneOffsetMinutes)
        : quiet.MayContain(at, visitor.ZoneOffsetMinutes);
}
