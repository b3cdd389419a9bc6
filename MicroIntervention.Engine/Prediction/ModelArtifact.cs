using System.Collections.Immutable;

namespace MicroIntervention.Engine.Prediction;

/// <summary>A model as data: additive terms over binned features and pairs of them.</summary>
/// <param name="Scale">Points or probability.</param>
/// <param name="Intercept">First summand of the score.</param>
/// <param name="Terms">One per feature, summed in this order.</param>
/// <param name="Pairs">Summed after the terms, in this order.</param>
/// <param name="Calibration">Only for <see cref="ScoreScale.Probability"/>.</param>
public sealed record ModelArtifact(
    ScoreScale Scale,
    double Intercept,
    ImmutableArray<ModelTerm> Terms,
    ImmutableArray<ModelPair> Pairs,
    Calibration Calibration);

/// <summary>One feature's shape: what each of its bins adds.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Cuts">Rising, finite. Bin 0 is "missing"; a value x falls into bin 1 + number of cuts ≤ x.</param>
/// <param name="Weights">Cuts.Length + 2 values: missing, below the first cut, …, from the last cut on.</param>
public sealed record ModelTerm(string Feature, ImmutableArray<double> Cuts, ImmutableArray<double> Weights);

/// <summary>What the bins of two terms add together.</summary>
/// <param name="First">Index of a term.</param>
/// <param name="Second">Index of another term.</param>
/// <param name="Weights">Row-major: bins of the first × bins of the second.</param>
public sealed record ModelPair(int First, int Second, ImmutableArray<double> Weights);

/// <summary>Platt scaling: probability = 1 / (1 + exp(−(slope × log-odds + offset))). Source: Platt 1999.</summary>
/// <param name="Slope">Positive, so that the order of scores is kept.</param>
/// <param name="Offset">In log-odds.</param>
public readonly record struct Calibration(double Slope, double Offset)
{
    public static Calibration None { get; } = new(1, 0);

    public double Apply(double logOdds) => 1.0 / (1.0 + Math.Exp(-((Slope * logOdds) + Offset)));
}
