using System.Collections.Immutable;
using MicroIntervention.Engine.Features;

namespace MicroIntervention.Engine.Prediction;

/// <summary>What one feature (or pair of features) added to a score.</summary>
/// <param name="Title">What people read; the two titles of a pair joined with " and ".</param>
/// <param name="Feature">Name in the plan.</param>
/// <param name="Value">The feature's value; <see cref="FeatureRow.Missing"/> when there was none. For a pair: of its first feature.</param>
/// <param name="Contribution">Points or log-odds.</param>
public readonly record struct FeatureShare(string Title, string Feature, double Value, double Contribution)
{
    /// <summary>The features that raised a score, largest first; those that added nothing or took away are left out.</summary>
    /// <param name="forecast">The score.</param>
    /// <param name="model">The model that gave it; its terms carry the plan's feature names.</param>
    /// <param name="features">The plan's features.</param>
    /// <param name="atMost">Longest list wanted.</param>
    public static ImmutableArray<FeatureShare> Raising(Forecast forecast, ModelArtifact model, FeaturePlan features, int atMost)
    {
        var shares = All(forecast, model, features);
        return [.. shares.Where(s => s.Contribution > 0).OrderByDescending(s => s.Contribution).ThenBy(s => s.Feature, StringComparer.Ordinal).Take(atMost)];
    }

    /// <summary>Every contribution in the model's order: terms, then pairs. With the intercept they add up to the score, bit for bit.</summary>
    public static ImmutableArray<FeatureShare> All(Forecast forecast, ModelArtifact model, FeaturePlan features)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var f = 0; f < features.Width; f++)
        {
            index[features.Features[f].Name] = f;
        }

        var shares = ImmutableArray.CreateBuilder<FeatureShare>(forecast.Contributions.Length);
        for (var t = 0; t < model.Terms.Length; t++)
        {
            var name = model.Terms[t].Feature;
            shares.Add(new FeatureShare(TitleOf(name), name, forecast.Features[index[name]], forecast.Contributions[t]));
        }

        for (var p = 0; p < model.Pairs.Length; p++)
        {
            var first = model.Terms[model.Pairs[p].First].Feature;
            var second = model.Terms[model.Pairs[p].Second].Feature;
            shares.Add(new FeatureShare(
                $"{TitleOf(first)} and {TitleOf(second)}",
                first,
                forecast.Features[index[first]],
                forecast.Contributions[model.Terms.Length + p]));
        }

        return shares.ToImmutable();

        string TitleOf(string name) => features.Features[index[name]].Title;
    }
}
