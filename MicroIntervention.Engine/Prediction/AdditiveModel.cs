using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MicroIntervention.Engine.Prediction;

/// <summary>A <see cref="ModelArtifact"/> ready to score: flat tables and a map into the plan's feature row. Immutable; thread-safe.</summary>
/// <remarks>The score is the sum of the intercept and the contributions in fixed order, so adding them again gives the same bits.</remarks>
public sealed class AdditiveModel
{
    /// <summary>Most terms of a model; their bins live on the stack while scoring.</summary>
    public const int MaxTerms = 256;

    private readonly double[] _cuts;
    private readonly double[] _weights;
    private readonly Term[] _terms;
    private readonly Pair[] _pairs;

    /// <param name="artifact">The model.</param>
    /// <param name="rowIndex">For each term, the index of its feature in the plan's row.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, cuts do not rise, or a number is not finite.</exception>
    public AdditiveModel(ModelArtifact artifact, ReadOnlySpan<int> rowIndex)
    {
        if (rowIndex.Length != artifact.Terms.Length || artifact.Terms.Length > MaxTerms)
        {
            throw new ArgumentException($"A model has at most {MaxTerms} terms and one row index for each.", nameof(rowIndex));
        }

        Artifact = artifact;
        var cuts = new List<double>();
        var weights = new List<double>();
        _terms = new Term[artifact.Terms.Length];
        for (var t = 0; t < _terms.Length; t++)
        {
            var term = artifact.Terms[t];
            Check(term);
            double[] all = [AnyRealValue, .. term.Cuts];
            _terms[t] = new Term(rowIndex[t], cuts.Count, BinSearch.CoarseLength(all.Length), weights.Count);
            BinSearch.Append(cuts, all);
            weights.AddRange(term.Weights);
        }

        _pairs = new Pair[artifact.Pairs.Length];
        for (var p = 0; p < _pairs.Length; p++)
        {
            var pair = artifact.Pairs[p];
            var columns = artifact.Terms[pair.Second].Weights.Length;
            if (pair.Weights.Length != artifact.Terms[pair.First].Weights.Length * columns)
            {
                throw new ArgumentException($"Pair {p} has {pair.Weights.Length} weights, not one for each pair of bins.", nameof(artifact));
            }

            _pairs[p] = new Pair(pair.First, pair.Second, columns, weights.Count);
            weights.AddRange(pair.Weights);
        }

        _cuts = [.. cuts];
        _weights = [.. weights];
    }

    public ModelArtifact Artifact { get; }

    /// <summary>Contributions that <see cref="Score"/> writes: terms, then pairs.</summary>
    public int ContributionCount => _terms.Length + _pairs.Length;

    /// <summary>Indices in the plan's row of the features it looks at.</summary>
    public IEnumerable<int> Rows => _terms.Select(t => t.Row);

    /// <summary>The smallest number that is not "missing": every real value passes this cut.</summary>
    private static double AnyRealValue => Math.BitIncrement(double.MinValue);

    /// <summary>Score of a row (points or log-odds); writes each contribution.</summary>
    /// <param name="row">The plan's feature row.</param>
    /// <param name="contributions">Length <see cref="ContributionCount"/>.</param>
    [SkipLocalsInit]
    public double Score(ReadOnlySpan<double> row, Span<double> contributions)
    {
        Span<int> bins = stackalloc int[MaxTerms];
        var score = Artifact.Intercept;
        ref var cuts = ref MemoryMarshal.GetArrayDataReference(_cuts);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        var terms = _terms;
        for (var t = 0; t < terms.Length; t++)
        {
            ref readonly var term = ref terms[t];
            var bin = BinSearch.Find(ref Unsafe.Add(ref cuts, term.FirstCut), term.CoarseLength, row[term.Row]);
            bins[t] = bin;
            var contribution = Unsafe.Add(ref weights, term.FirstWeight + bin);
            contributions[t] = contribution;
            score += contribution;
        }

        for (var p = 0; p < _pairs.Length; p++)
        {
            ref readonly var pair = ref _pairs[p];
            var contribution = Unsafe.Add(ref weights, pair.FirstWeight + (bins[pair.First] * pair.Columns) + bins[pair.Second]);
            contributions[terms.Length + p] = contribution;
            score += contribution;
        }

        return score;
    }

    private static void Check(ModelTerm term)
    {
        if (term.Weights.Length != term.Cuts.Length + 2)
        {
            throw new ArgumentException($"Term {term.Feature}: {term.Cuts.Length} cuts need {term.Cuts.Length + 2} weights, not {term.Weights.Length}.", nameof(term));
        }

        for (var i = 0; i < term.Cuts.Length; i++)
        {
            if (!double.IsFinite(term.Cuts[i]) || (i > 0 && term.Cuts[i] <= term.Cuts[i - 1]))
            {
                throw new ArgumentException($"Term {term.Feature}: cuts are finite and rise.", nameof(term));
            }
        }

        foreach (var weight in term.Weights)
        {
            if (!double.IsFinite(weight))
            {
                throw new ArgumentException($"Term {term.Feature}: weights are finite.", nameof(term));
            }
        }
    }

    private readonly record struct Term(int Row, int FirstCut, int CoarseLength, int FirstWeight);

    private readonly record struct Pair(int First, int Second, int Columns, int FirstWeight);
}
