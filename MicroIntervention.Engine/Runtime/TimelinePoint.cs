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
    internal static TimelinePoint Of(in RecordHeader header, VisitorState visitor, Plan plan, Decision[] decisions)
    {
        ref var session = ref SessionFinder.ById(visitor, header.Session);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref session) || !session.Exists)
        {
            return new TimelinePoint(header, [], [], [], decisions);
        }

        var row = new double[plan.Features.Width];
        plan.Features.CopyTo(visitor.BlockOf(in session), visitor.VisitorWindows, session.LastAt, row);
        return new TimelinePoint(
            header,
            row,
            [.. plan.Features.Features.Select(f => f.Title)],
            [.. plan.Scenarios.Select(s => ScoreOf(s, row))],
            decisions);
    }

    private static ScenarioScore ScoreOf(ScenarioPlan scenario, double[] row)
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
            contributions);
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
    double[] Contributions);
