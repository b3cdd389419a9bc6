using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>The rules that can stand against a prompt, asked in the order of policy; the first that objects gives the reason.</summary>
internal static class PolicyGate
{
    /// <param name="plan">For the kill switch.</param>
    /// <param name="scenario">The scenario that wants to speak.</param>
    /// <param name="visitor">Whose ledger, consent and zone count.</param>
    /// <param name="session">The session it would speak in.</param>
    /// <param name="risk">0 to 1.</param>
    /// <param name="at">Now.</param>
    /// <returns><see cref="DecisionReason.Chosen"/> when nothing objects.</returns>
    public static DecisionReason Ask(Plan plan, ScenarioPlan scenario, VisitorState visitor, SessionId session, double risk, Moment at)
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

        var limits = visitor.IsTest ? DecisionReason.Chosen : AskLimits(scenario, visitor, session, at);
        if (limits != DecisionReason.Chosen)
        {
            return limits;
        }

        return policy.ExpectedBenefit(risk) < policy.MinimumBenefit ? DecisionReason.MinimumBenefit : DecisionReason.Chosen;
    }

    /// <summary>Quiet hours, "no", caps and cool-down: what a test visitor is exempt from.</summary>
    private static DecisionReason AskLimits(ScenarioPlan scenario, VisitorState visitor, SessionId session, Moment at)
    {
        var policy = scenario.Policy;
        if (policy.QuietHours is { } quiet && quiet.Contains(at, visitor.ZoneOffsetMinutes == Signal.UnknownZone ? 0 : visitor.ZoneOffsetMinutes))
        {
            return DecisionReason.QuietHours;
        }

        if (visitor.Ledger is not { } ledger)
        {
            return DecisionReason.Chosen;
        }

        if (ledger.DeclinedSince(scenario.Name, at + -policy.DeclinedFor))
        {
            return DecisionReason.Declined;
        }

        if (policy.MaxPerSession is { } perSession && ledger.InSession(session) >= perSession)
        {
            return DecisionReason.SessionCap;
        }

        if (policy.MaxPerVisitor is { } perVisitor && ledger.Since(at + -policy.VisitorCapWindow) >= perVisitor)
        {
            return DecisionReason.VisitorCap;
        }

        return !policy.RepeatsPerSignal && ledger.Since(at + -policy.CoolDown) > 0
            ? DecisionReason.CoolDown
            : DecisionReason.Chosen;
    }
}
