namespace MicroIntervention.Engine.Features;

/// <summary>Conventions of a feature row: a caller-owned <c>Span&lt;double&gt;</c> as wide as the plan, one value per feature in plan order.</summary>
public static class FeatureRow
{
    /// <summary>"There is no value": smaller than every real value, so that it falls into a model's bin 0 without a special case. Never NaN.</summary>
    public const double Missing = double.MinValue;

    public static bool IsMissing(double value) => value == Missing;
}
