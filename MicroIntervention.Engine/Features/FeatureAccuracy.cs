namespace MicroIntervention.Engine.Features;

/// <summary>How near a feature's value is to the true one, apart from rounding (relative error ≤ 1e−6 in windows).</summary>
public enum FeatureAccuracy : byte
{
    /// <summary>The true value.</summary>
    Exact = 0,

    /// <summary>The true value of a window between 7/8 and 8/8 as long: signals of the oldest eighth may be missing, nothing older is counted. Exact up to the feature's exact limit.</summary>
    WithinABucket = 1,

    /// <summary>
    /// A number of different values, estimated from <see cref="DistinctSketch.Bits"/> bits a bucket: standard error <see cref="DistinctSketch.StandardError"/>, and as
    /// <see cref="WithinABucket"/>. Exact up to the feature's exact limit.
    /// </summary>
    Estimated = 2,
}
