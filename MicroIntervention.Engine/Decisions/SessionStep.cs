using System.Runtime.CompilerServices;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>The one per-record step: live, recovery, what-if and audit all run this and nothing else.</summary>
/// <remarks>Changes the state in place, deterministically, and reads nothing but its arguments. Allocates only for a decision, a first prompt or an explicit session.</remarks>
public static class SessionStep
{
    /// <summary>Finds (or begins) the record's session and applies it.</summary>
    public static void Run(VisitorState visitor, in LogRecord record, Plan plan, ref StepOutput output)
    {
        output.Begin(plan);
        RunRecord(visitor, in record, plan, ref output);
        LinkStep.TellPrompts(visitor, record.At, ref output);
    }

    private static void RunRecord(VisitorState visitor, in LogRecord record, Plan plan, ref StepOutput output)
    {
        if (record.IsTimer)
        {
            ref var timed = ref SessionFinder.ById(visitor, record.Session);
            if (!Unsafe.IsNullRef(ref timed))
            {
                Apply(visitor, ref timed, in record, plan, ref output);
            }

            return;
        }

        ref readonly var signal = ref record.Signal;
        visitor.LastAt = record.At;
        if (signal.Kind >= SignalKind.Shown)
        {
            Report(visitor, in signal, record.At, plan, ref output);
            LinkStep.TellAnswer(visitor, in signal, record.At, ref output);
            return;
        }

        if (!signal.Customer.Value.IsZero)
        {
            LinkStep.Identify(visitor, in signal, record.At, output.Messages);
        }

        ref var session = ref SessionFinder.Of(visitor, in signal, record.At, plan, ref output);
        LinkStep.TellSeen(visitor, record.At, ref output);
        Apply(visitor, ref session, in record, plan, ref output);
        if (signal.Kind == SignalKind.SessionEnded && !signal.ExplicitSession.IsZero)
        {
            SessionFinder.EndExplicit(visitor, signal.ExplicitSession);
        }
    }

    /// <summary>Applies one record to one session of its visitor.</summary>
    /// <param name="visitor">State shared by the visitor's sessions.</param>
    /// <param name="session">The record's session; it exists.</param>
    /// <param name="record">A signal, or a timer that is due.</param>
    /// <param name="plan">What to compute and allow.</param>
    /// <param name="output">Gets the decisions, timers and verdict.</param>
    public static void Apply(VisitorState visitor, ref SessionState session, in LogRecord record, Plan plan, ref StepOutput output)
    {
        output.Session = session.Id;
        var block = visitor.BlockOf(in session);
        if (record.IsTimer)
        {
            ref var timer = ref plan.TimersOf(block)[record.Timer];
            if (timer.Due == record.At)
            {
                var cause = new MessageKey(timer.Cause);
                timer = default;
                Evaluate(visitor, ref session, block, in record, cause, 0, plan, ref output);
            }

            return;
        }

        ref readonly var signal = ref record.Signal;
        TakeFacts(visitor, in signal, plan);
        LinkStep.TellWish(visitor, in signal, record.At, ref output);
        if (!signal.Has(SignalFlags.EventClock) && record.At - signal.SourceTime > plan.LateLimit)
        {
            output.Verdict = SignalVerdict.Late;
            session.LateCount++;
            return;
        }

        session.LastAt = record.At;
        session.SignalCount++;
        plan.Features.Add(block, Windows(visitor, plan, record.At), in signal, record.At);
        MoveTimers(plan, block, in signal, record.At, ref output);
        Evaluate(visitor, ref session, block, in record, signal.Message, signal.Matches, plan, ref output);
    }

    /// <summary>A report about a prompt: it goes to the ledger and enters no window.</summary>
    private static void Report(VisitorState visitor, in Signal signal, Moment at, Plan plan, ref StepOutput output)
    {
        output.Session = visitor.Main.Id;
        var answer = PromptLedger.AnswerOf(signal.Kind);
        if (visitor.Ledger is not { } ledger)
        {
            return;
        }

        ledger.Answer(signal.About, answer, at, plan);
        for (var i = 0; i < ledger.Count; i++)
        {
            if (ledger.Newest(i).Id == signal.About)
            {
                output.Session = ledger.Newest(i).Session;
                if (answer == PromptAnswer.Dismissed)
                {
                    Refuse(visitor, ledger.Newest(i), plan);
                }
            }
        }
    }

    /// <summary>Silences a scenario in the session whose prompt was refused, as long as that session lasts.</summary>
    private static void Refuse(VisitorState visitor, in Prompt prompt, Plan plan)
    {
        ref var session = ref SessionFinder.ById(visitor, prompt.Session);
        if (Unsafe.IsNullRef(ref session) || !session.Exists)
        {
            return;
        }

        var episodes = plan.EpisodesOf(visitor.BlockOf(in session));
        for (var s = 0; s < plan.Scenarios.Length; s++)
        {
            episodes[s].IsRefused |= plan.Scenarios[s].Name == prompt.Scenario;
        }
    }

    private static void TakeFacts(VisitorState visitor, in Signal signal, Plan plan)
    {
        visitor.PrivacyControl = signal.Has(SignalFlags.PrivacyControl);
        visitor.IsTest = signal.Has(SignalFlags.Test);
        visitor.ConsentRequired = signal.Has(SignalFlags.ConsentRequired);
        if (signal.ZoneOffsetMinutes != Signal.UnknownZone)
        {
            visitor.ZoneOffsetMinutes = signal.ZoneOffsetMinutes;
            visitor.ZoneQuarter = VisitorState.QuarterOf(signal.SourceTime);
        }

        // Also from a late signal: a wish of the customer is never too late.
        switch (signal.Kind)
        {
            case SignalKind.OptedOut:
                visitor.OptedOut = true;
                break;
            case SignalKind.OptedIn:
                visitor.OptedOut = false;
                break;
            case SignalKind.ConsentGranted:
                visitor.Consent = ConsentState.Granted;
                break;
            case SignalKind.ConsentRefused:
                visitor.Consent = ConsentState.Refused;
                break;
            default:
                break;
        }
    }

    private static Span<byte> Windows(VisitorState visitor, Plan plan, Moment at)
    {
        if (visitor.Visitors is not null && visitor.VisitorBlock < 0)
        {
            visitor.VisitorBlock = visitor.Visitors.Rent();
            plan.Features.StartVisitor(visitor.VisitorWindows, at);
        }

        return visitor.VisitorWindows;
    }

    private static void MoveTimers(Plan plan, Span<byte> block, in Signal signal, Moment at, ref StepOutput output)
    {
        if (plan.TimerCount == 0)
        {
            return;
        }

        var slots = plan.TimersOf(block);
        foreach (var scenario in plan.Scenarios)
        {
            var timers = scenario.Policy.Timers;
            for (var t = 0; t < timers.Length; t++)
            {
                ref var slot = ref slots[scenario.FirstTimer + t];
                if ((signal.Matches & timers[t].CancelMatches) != 0)
                {
                    slot = default;
                }
                else if ((signal.Matches & timers[t].StartMatches) != 0)
                {
                    slot.Due = at + timers[t].After;
                    slot.Cause = plan.Hash.Of(HashDomain.Timer, signal.Message.Value, new Hash128(scenario.Name, (ulong)t));
                    output.Armed.Add((slot.Due, scenario.FirstTimer + t));
                }
            }
        }
    }

    /// <summary>Scores every scenario that the record concerns and decides.</summary>
    [SkipLocalsInit]
    private static void Evaluate(
        VisitorState visitor, ref SessionState session, Span<byte> block, in LogRecord record, MessageKey cause, ulong matches, Plan plan, ref StepOutput output)
    {
        var scenarios = plan.Scenarios.AsSpan();
        if (scenarios.IsEmpty)
        {
            return;
        }

        Span<double> row = default;
        if ((matches & plan.BotLooks) != 0 && !session.IsLikelyBot && !record.Signal.Has(SignalFlags.ByUserId))
        {
            row = output.Row.AsSpan(0, plan.Features.Width);
            plan.Features.CopyTo(block, visitor.VisitorWindows, record.At, row);
            session.IsLikelyBot = LooksLikeABot(plan, row);
        }

        var episodes = plan.EpisodesOf(block);
        var drafts = output.Drafts;
        var draftCount = 0;
        for (var s = 0; s < scenarios.Length; s++)
        {
            var scenario = scenarios[s];
            var policy = scenario.Policy;
            if (record.IsTimer && !Owns(scenario, record.Timer))
            {
                continue;
            }

            // A hard trigger that does not hold changes nothing, whatever the score: most signals need no forecast at all.
            if (policy.TriggerMatches != 0 && (matches & policy.TriggerMatches) == 0 && !record.IsTimer)
            {
                continue;
            }

            // Whoever is above a threshold that has just been lowered is spoken to for what they do there, not for the next click anywhere.
            if (!record.IsTimer && !episodes[s].IsOpen && !scenario.IsAbout(matches))
            {
                continue;
            }

            if (row.IsEmpty)
            {
                row = output.Row.AsSpan(0, plan.Features.Width);
                plan.Features.CopyTo(block, visitor.VisitorWindows, record.At, row);
            }

            var score = scenario.Model.Score(row, output.Contributions);
            var value = scenario.Model.Artifact.Scale == ScoreScale.Points ? score : scenario.Model.Artifact.Calibration.Apply(score);
            var holds = policy.TriggerMatches != 0 || value >= policy.Threshold;
            ref var episode = ref episodes[s];
            if (policy.RepeatsPerSignal)
            {
                if (!holds)
                {
                    continue;
                }
            }
            else if (!Continues(ref episode, policy, value, holds))
            {
                continue;
            }

            var risk = Math.Clamp(scenario.Model.Artifact.Scale == ScoreScale.Points ? value / 100 : value, 0, 1);
            drafts[draftCount++] = new DecisionDraft(
                s,
                PolicyGate.Ask(plan, scenario, visitor, in session, in episode, risk, record.At, !record.IsTimer && record.Signal is { Speaker: TextSpeaker.Customer, ExplicitSession.IsZero: false }),
                policy.ExpectedBenefit(risk),
                score,
                value);
        }

        if (draftCount > 0)
        {
            DecisionMaker.Decide(visitor, ref session, episodes, drafts.AsSpan(0, draftCount), in record, cause, plan, ref output);
        }
    }

    private static bool LooksLikeABot(Plan plan, ReadOnlySpan<double> row)
    {
        foreach (var rule in plan.BotRules)
        {
            if (rule.Holds(row))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Moves an episode on; true when policy has to be asked.</summary>
    private static bool Continues(ref EpisodeSlot episode, ScenarioPolicy policy, double value, bool holds)
    {
        if (!episode.IsOpen)
        {
            return holds;
        }

        if (policy.TriggerMatches == 0 && value < policy.Threshold - policy.ClosingDrop)
        {
            episode = new EpisodeSlot { IsRefused = episode.IsRefused };
            return false;
        }

        if (!holds)
        {
            return false;
        }

        if (episode.Intervened)
        {
            episode.Repeats += (ushort)(episode.Repeats == ushort.MaxValue ? 0 : 1);
            return false;
        }

        return true;
    }

    private static bool Owns(ScenarioPlan scenario, int timer) =>
        timer >= scenario.FirstTimer && timer < scenario.FirstTimer + scenario.Policy.Timers.Length;
}
