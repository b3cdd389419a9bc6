using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>A session right after one of its records.</summary>
/// <param name="Header">The record.</param>
/// <param name="Features">The plan's features then; empty when the session holds no windows.</param>
/// <param name="FeatureNames">Names in the same order.</param>
/// <param name="Scores">One for each scenario of the plan in force then.</param>
/// <param name="Decisions">What this record decided; usually nothing.</param>
public sealed record TimelinePoint(
    RecordHeader Header,
    double[] Features,
    string[] FeatureNames,
    ScenarioScore[] Scores,
    Decision[] Decisions)
{
    /// <summary>Units of attention that prompts and refusals have cost this person lately; what is spent halves every <see cref="AttentionPrices.HalfLife"/>.</summary>
    public double AttentionSpent { get; init; }

    /// <summary>A bot rule has held in this session.</summary>
    public bool IsLikelyBot { get; init; }

    internal static TimelinePoint Of(in RecordHeader header, VisitorState visitor, Plan plan, Decision[] decisions)
    {
        ref var session = ref SessionFinder.ById(visitor, header.Session);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref session) || !session.Exists)
        {
            return new TimelinePoint(header, [], [], [], decisions);
        }

        var at = header.At;
        var row = new double[plan.Features.Width];
        plan.Features.CopyTo(visitor.BlockOf(in session), visitor.VisitorWindows, session.LastAt, row);
        return new TimelinePoint(
            header,
            row,
            [.. plan.Features.Features.Select(f => f.Title)],
            [.. plan.Scenarios.Select(s => ScoreOf(s, row, visitor.Ledger, at))],
            decisions)
        {
            AttentionSpent = visitor.Ledger?.SpentAt(header.At) ?? 0,
            IsLikelyBot = session.IsLikelyBot,
        };
    }

    private static ScenarioScore ScoreOf(ScenarioPlan scenario, double[] row, PromptLedger? ledger, Moment at)
    {
        var contributions = new double[scenario.Model.ContributionCount];
        var score = scenario.Model.Score(row, contributions);
        var artifact = scenario.Model.Artifact;
        return new ScenarioScore(
            scenario.Policy.Key,
            artifact.Scale,
            score,
            artifact.Scale == ScoreScale.Points ? score : artifact.Calibration.Apply(score),
            scenario.Policy.Threshold,
            artifact.Intercept,
            [.. artifact.Terms.Select(t => t.Feature), .. artifact.Pairs.Select(p => $"{artifact.Terms[p.First].Feature} × {artifact.Terms[p.Second].Feature}")],
            contributions)
        {
            AttentionPrice = ledger?.PriceOf(scenario.Name, scenario.Policy.Attention, at) ?? scenario.Policy.Attention.Prompt,
            AttentionBid = scenario.Policy.Attention.Bid,
        };
    }
}

/// <summary>What one scenario made of a session at one moment.</summary>
public sealed record ScenarioScore(
    ScenarioKey Scenario,
    ScoreScale Scale,
    double Score,
    double Value,
    double Threshold,
    double Intercept,
    string[] Names,
    double[] Contributions)
{
    /// <summary>What its next prompt would cost this person, in units of attention.</summary>
    public double AttentionPrice { get; init; }

    /// <summary>How far its prompts may go; null: it is never refused for attention.</summary>
    public double? AttentionBid { get; init; }
}
