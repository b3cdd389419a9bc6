using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>A scenario that wants to speak, and what policy answered.</summary>
internal readonly record struct DecisionDraft(int Scenario, DecisionReason Reason, double Benefit, double Score, double Value);

/// <summary>Arbitration, and the records that come of it.</summary>
internal static class DecisionMaker
{
    /// <summary>One draft at most intervenes: the one with the largest expected benefit (a tie goes to the first in the plan).</summary>
    public static void Decide(
        VisitorState visitor,
        ref SessionState session,
        Span<EpisodeSlot> episodes,
        Span<DecisionDraft> drafts,
        in LogRecord record,
        MessageKey cause,
        Plan plan,
        ref StepOutput output)
    {
        var winner = -1;
        for (var d = 0; d < drafts.Length; d++)
        {
            if (drafts[d].Reason == DecisionReason.Chosen && (winner < 0 || drafts[d].Benefit > drafts[winner].Benefit))
            {
                winner = d;
            }
        }

        for (var d = 0; d < drafts.Length; d++)
        {
            var draft = drafts[d];
            var reason = draft.Reason == DecisionReason.Chosen && d != winner ? DecisionReason.Outranked : draft.Reason;
            var scenario = plan.Scenarios[draft.Scenario];
            ref var episode = ref episodes[draft.Scenario];
            if (!scenario.Policy.RepeatsPerSignal && episode.IsOpen && episode.Reason == reason)
            {
                episode.Repeats += (ushort)(episode.Repeats == ushort.MaxValue ? 0 : 1);
                continue;
            }

            output.Decisions.Add(Record(visitor, ref session, ref episode, draft, reason, scenario, in record, cause, plan, ref output));
        }
    }

    private static Decision Record(
        VisitorState visitor,
        ref SessionState session,
        ref EpisodeSlot episode,
        DecisionDraft draft,
        DecisionReason reason,
        ScenarioPlan scenario,
        in LogRecord record,
        MessageKey cause,
        Plan plan,
        ref StepOutput output)
    {
        var id = new DecisionId(plan.Hash.Of(HashDomain.Decision, new Hash128(scenario.Name, 0), plan.Hash.Of(HashDomain.Decision, session.Id.Value, cause.Value)));
        var continues = episode.IsOpen && !scenario.Policy.RepeatsPerSignal;
        var facts = new DecisionFacts(
            id,
            continues ? new DecisionId(episode.Id) : id,
            scenario.Policy.Key,
            visitor.Id,
            session.Id,
            record.At,
            record.Position,
            cause,
            record.IsTimer ? scenario.Policy.Timers[record.Timer - scenario.FirstTimer].Name : "",
            ForecastOf(scenario, draft, plan, ref output),
            scenario.Policy.Threshold,
            new Money(draft.Benefit, scenario.Policy.Currency),
            plan.Fingerprint,
            continues ? episode.Repeats : 0,
            visitor.IsTest);
        if (!scenario.Policy.RepeatsPerSignal)
        {
            episode = new EpisodeSlot
            {
                Id = facts.Episode.Value,
                IsOpen = true,
                Reason = reason,
                Intervened = reason == DecisionReason.Chosen,
                IsRefused = episode.IsRefused,
            };
        }

        if (reason != DecisionReason.Chosen)
        {
            return new Decision.Suppress(facts, reason);
        }

        session.Prompts += (ushort)(session.Prompts == ushort.MaxValue ? 0 : 1);
        var ledger = visitor.Ledger ??= new PromptLedger();
        ledger.Attention = ledger.Attention.Add(ledger.PriceOf(scenario.Name, scenario.Policy.Attention, record.At), record.At);
        ledger.Add(new Prompt(id, session.Id, scenario.Name, record.At, default, PromptAnswer.None));
        return new Decision.Intervene(facts, ArmKey.Treatment, visitor.IsTest ? 1.0 : scenario.Policy.Reach);
    }

    /// <summary>The forecast with its contributions. Scored again from the same row: only records pay for keeping them.</summary>
    private static Forecast ForecastOf(ScenarioPlan scenario, DecisionDraft draft, Plan plan, ref StepOutput output)
    {
        var row = output.Row.AsSpan(0, plan.Features.Width);
        scenario.Model.Score(row, output.Contributions);
        var artifact = scenario.Model.Artifact;
        return new Forecast(
            artifact.Scale,
            draft.Score,
            draft.Value,
            artifact.Intercept,
            row.ToArray(),
            output.Contributions.AsSpan(0, scenario.Model.ContributionCount).ToArray());
    }
}
