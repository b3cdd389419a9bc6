using System.Collections.Immutable;
using MicroIntervention.Engine.Prediction;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>The model of a pack. Steps add up: a value gets the sum of all steps it has reached.</summary>
internal static class PackModelReader
{
    private static readonly ImmutableArray<(string, ScoreScale)> Scales = [("points", ScoreScale.Points), ("probability", ScoreScale.Probability)];

    public static ModelArtifact? Read(PackNode? node, ImmutableArray<PackFeature> features, PackScope scope)
    {
        if (node is not { } there || PackObject.From(there, PackMembers.Model) is not { } model)
        {
            return null;
        }

        var before = scope.Faults.Count;
        var scale = model.Required("scale", "\"points\" for a starter scorecard, \"probability\" for a fitted model")?.Word(Scales);
        var intercept = model.Optional("intercept")?.Number(-PackLimits.Number, PackLimits.Number) ?? 0;
        var calibration = Calibrated(model, scale, scope);
        var terms = model.Required("terms", "what each feature adds") is { } listed ? Terms(listed, features, scope) : [];
        var pairs = model.Optional("pairs") is { } paired ? Pairs(paired, terms, scope) : [];
        if (scope.Faults.Count > before || scale is null)
        {
            return null;
        }

        var artifact = new ModelArtifact(scale.Value, intercept, terms, pairs, calibration);
        if (scale == ScoreScale.Points)
        {
            var (low, high) = Bounds(artifact);
            if (low < 0 || high > 100)
            {
                scope.Add(there.Path, $"can reach {PackScope.Show(low)} to {PackScope.Show(high)} points; the sum of the smallest and of the largest contributions must stay within 0 and 100.");
            }
        }

        return artifact;
    }

    /// <summary>Smallest and largest score that the sums of extreme contributions could give.</summary>
    public static (double Low, double High) Bounds(ModelArtifact model)
    {
        var (low, high) = (model.Intercept, model.Intercept);
        foreach (var weights in model.Terms.Select(t => t.Weights).Concat(model.Pairs.Select(p => p.Weights)))
        {
            low += weights.Min();
            high += weights.Max();
        }

        return (low, high);
    }

    private static Calibration Calibrated(PackObject model, ScoreScale? scale, PackScope scope)
    {
        if (model.Optional("calibration") is not { } node)
        {
            return Calibration.None;
        }

        if (scale == ScoreScale.Points)
        {
            scope.Add(node.Path, "belongs to the scale \"probability\"; points are not calibrated.");
        }

        if (PackObject.From(node, PackMembers.Calibration) is not { } calibration)
        {
            return Calibration.None;
        }

        var slope = calibration.Required("slope", "a positive number, 1 for none")?.Number(-PackLimits.Number, PackLimits.Number);
        var offset = calibration.Required("offset", "log-odds, 0 for none")?.Number(-PackLimits.Number, PackLimits.Number);
        if (slope <= 0)
        {
            scope.Add(calibration.PathOf("slope"), $"is {PackScope.Show(slope.Value)}; it must be positive, so that a higher score means a higher probability.");
        }

        return new Calibration(slope ?? 1, offset ?? 0);
    }

    private static ImmutableArray<ModelTerm> Terms(PackNode node, ImmutableArray<PackFeature> features, PackScope scope)
    {
        var terms = ImmutableArray.CreateBuilder<ModelTerm>();
        foreach (var item in node.Items(1, PackLimits.Terms))
        {
            if (PackObject.From(item, PackMembers.Term) is not { } term)
            {
                continue;
            }

            var name = term.Required("feature", "the name of one of the pack's features")?.Text(PackLimits.NameLength);
            // Without any feature the fault is theirs, already told.
            if (name is not null && !features.IsEmpty && !features.Any(f => f.Name == name))
            {
                scope.Add(term.PathOf("feature"), $"names the feature \"{name}\", which the pack does not have.{Spelling.Hint(name, features.Select(f => f.Name))}");
            }
            else if (name is not null && terms.Any(t => t.Feature == name))
            {
                scope.Add(term.PathOf("feature"), $"\"{name}\" already has a term; join the two.");
            }

            var (cuts, weights) = term.Has("steps") ? Steps(term, scope) : Table(term, scope);
            terms.Add(new ModelTerm(name ?? "", cuts, weights));
        }

        return terms.ToImmutable();
    }

    /// <summary>Steps as cuts and weights: nothing below the first, then the running sum.</summary>
    private static (ImmutableArray<double> Cuts, ImmutableArray<double> Weights) Steps(PackObject term, PackScope scope)
    {
        term.Forbid("cuts", "cannot stand beside steps; keep one of the two.");
        term.Forbid("weights", "cannot stand beside steps; keep one of the two.");
        var missing = term.Optional("missing")?.Number(-PackLimits.Number, PackLimits.Number) ?? 0;
        var cuts = ImmutableArray.CreateBuilder<double>();
        var weights = ImmutableArray.CreateBuilder<double>();
        weights.AddRange(missing, 0);
        foreach (var item in term.Optional("steps")!.Value.Items(1, PackLimits.Cuts))
        {
            if (PackObject.From(item, PackMembers.Step) is not { } step)
            {
                continue;
            }

            var from = step.Required("from", "the smallest value that gets it")?.Number(-PackLimits.Number, PackLimits.Number);
            var add = step.Required("add", "what it adds to the steps before")?.Number(-PackLimits.Number, PackLimits.Number);
            if (cuts.Count > 0 && from <= cuts[^1])
            {
                scope.Add(step.PathOf("from"), $"is {PackScope.Show(from.Value)}, not above the {PackScope.Show(cuts[^1])} of the step before; put the steps in rising order.");
                continue;
            }

            cuts.Add(from ?? (cuts.Count > 0 ? cuts[^1] : 0));
            weights.Add(weights[^1] + (add ?? 0));
        }

        return (cuts.ToImmutable(), weights.ToImmutable());
    }

    private static (ImmutableArray<double> Cuts, ImmutableArray<double> Weights) Table(PackObject term, PackScope scope)
    {
        term.Forbid("missing", "belongs to steps; in a table the first weight is that of a missing value.");
        if (!term.Has("cuts") && !term.Has("weights"))
        {
            scope.Add(term.Path, "says nothing about what the feature adds; give it steps, or cuts and weights.");
            return ([], [0, 0]);
        }

        var cuts = Numbers(term.Required("cuts", "rising values between the bins"), 0, PackLimits.Cuts);
        var weights = Numbers(term.Required("weights", "what each bin adds: missing, below the first cut, then one from each cut on"), 2, PackLimits.Cuts + 2);
        for (var i = 1; i < cuts.Length; i++)
        {
            if (cuts[i] <= cuts[i - 1])
            {
                scope.Add($"{term.PathOf("cuts")}[{i}]", $"is {PackScope.Show(cuts[i])}, not above the one before; put the cuts in rising order.");
            }
        }

        if (term.Has("cuts") && !weights.IsEmpty && weights.Length != cuts.Length + 2)
        {
            scope.Add(term.PathOf("weights"), $"has {weights.Length} numbers; {cuts.Length} cuts need {cuts.Length + 2}: missing, below the first cut, then one from each cut on.");
        }

        return (cuts, weights);
    }

    private static ImmutableArray<ModelPair> Pairs(PackNode node, ImmutableArray<ModelTerm> terms, PackScope scope)
    {
        var pairs = ImmutableArray.CreateBuilder<ModelPair>();
        foreach (var item in node.Items(0, PackLimits.Pairs))
        {
            if (PackObject.From(item, PackMembers.Pair) is not { } pair)
            {
                continue;
            }

            var first = Term("first");
            var second = Term("second");
            var weights = Numbers(pair.Required("weights", "one number for each pair of bins, row by row of the first"), 1, (PackLimits.Cuts + 2) * (PackLimits.Cuts + 2));
            if (first < 0 || second < 0)
            {
                continue;
            }

            var cells = terms[first].Weights.Length * terms[second].Weights.Length;
            if (first == second)
            {
                scope.Add(pair.PathOf("second"), "is the same feature as first; a pair needs two.");
            }
            else if (!weights.IsEmpty && weights.Length != cells)
            {
                scope.Add(pair.PathOf("weights"), $"has {weights.Length} numbers; {terms[first].Weights.Length} bins times {terms[second].Weights.Length} bins need {cells}.");
            }
            else if (pairs.Any(p => (p.First, p.Second) == (first, second) || (p.First, p.Second) == (second, first)))
            {
                scope.Add(pair.Path, "repeats an earlier pair; join the two.");
            }

            pairs.Add(new ModelPair(first, second, weights));

            int Term(string member)
            {
                if (pair.Required(member, "the name of a feature that has a term")?.Text(PackLimits.NameLength) is not { } name)
                {
                    return -1;
                }

                for (var t = 0; t < terms.Length; t++)
                {
                    if (terms[t].Feature == name)
                    {
                        return t;
                    }
                }

                scope.Add(pair.PathOf(member), $"names \"{name}\", which has no term.{Spelling.Hint(name, terms.Select(t => t.Feature))}");
                return -1;
            }
        }

        return pairs.ToImmutable();
    }

    private static ImmutableArray<double> Numbers(PackNode? node, int min, int max)
    {
        if (node is not { } there)
        {
            return [];
        }

        var numbers = ImmutableArray.CreateBuilder<double>();
        foreach (var item in there.Items(min, max))
        {
            numbers.Add(item.Number(-PackLimits.Number, PackLimits.Number) ?? 0);
        }

        return numbers.ToImmutable();
    }
}
