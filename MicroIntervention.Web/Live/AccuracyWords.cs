using System.Globalization;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Features;
using MicroIntervention.Web.Resources;

namespace MicroIntervention.Web.Live;

/// <summary>Says how exact a feature's value is.</summary>
public static class AccuracyWords
{
    public static string Of(FeatureDefinition feature, IStringLocalizer<ConsoleText> text)
    {
        ArgumentNullException.ThrowIfNull(feature);
        ArgumentNullException.ThrowIfNull(text);
        var bucket = feature.Bucket.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return feature.Accuracy switch
        {
            FeatureAccuracy.Exact => text["Accuracy.Exact"],
            FeatureAccuracy.WithinABucket => feature.ExactUpTo > 0 ? text["Accuracy.ExactUpTo", feature.ExactUpTo, bucket] : text["Accuracy.Bucket", bucket],
            FeatureAccuracy.Estimated => feature.ExactUpTo > 0 ? text["Accuracy.EstimatedUpTo", feature.ExactUpTo] : text["Accuracy.Estimated"],
            _ => throw new InvalidOperationException($"No words for accuracy {feature.Accuracy}."),
        };
    }
}
