namespace MicroIntervention.Engine.Features;

/// <summary>One feature, declared as data.</summary>
/// <param name="Name">Unique name within a plan, for example <c>payment_declined_10m</c>.</param>
/// <param name="Title">What people read, for example "payments declined in 10 minutes".</param>
/// <param name="Kind">How it is computed.</param>
/// <param name="Matcher">Index of the schema's matcher; <see cref="EverySignal"/> for all signals.</param>
/// <param name="NumericProperty">Index of the schema's number for the kinds that read one (distinct: of the property's fingerprint); −1 otherwise.</param>
/// <param name="Window">1 s to 24 h; zero means since the session began. For decayed: the half-life. Ignored by last, time-since, gap and age.</param>
/// <param name="ExactUpTo">Counts (of signals, of different values) up to this number (0 to 16) are exact to the millisecond; above it, <see cref="Accuracy"/>.</param>
/// <param name="Scope">Session or visitor.</param>
/// <param name="WhenMissing">Value before the first matching signal; <see cref="FeatureRow.Missing"/> lets the model use its own bin.</param>
public sealed record FeatureDefinition(
    string Name,
    string Title,
    FeatureKind Kind,
    int Matcher,
    int NumericProperty,
    TimeSpan Window,
    int ExactUpTo,
    FeatureScope Scope,
    double WhenMissing)
{
    /// <summary>Matcher index that stands for every signal of kinds track, page and identify.</summary>
    public const int EverySignal = -1;

    /// <summary>Largest exact limit.</summary>
    public const int MaxExact = 16;

    /// <summary>Shortest and longest window.</summary>
    public static readonly TimeSpan MinWindow = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MaxWindow = TimeSpan.FromHours(24);

    /// <summary>How far a windowed value may be off: the length of one bucket. Zero where it is exact.</summary>
    public TimeSpan Bucket => Window == TimeSpan.Zero || Accuracy is FeatureAccuracy.Exact ? TimeSpan.Zero : Window / WindowLayout.Buckets;

    /// <summary>How near the computed value is to the true one.</summary>
    public FeatureAccuracy Accuracy => Kind switch
    {
        FeatureKind.Distinct => FeatureAccuracy.Estimated,
        FeatureKind.Count or FeatureKind.Sum or FeatureKind.Max or FeatureKind.Mean or FeatureKind.Delta => Window == TimeSpan.Zero ? FeatureAccuracy.Exact : FeatureAccuracy.WithinABucket,
        FeatureKind.Last or FeatureKind.TimeSince or FeatureKind.Gap or FeatureKind.Age or FeatureKind.Decayed => FeatureAccuracy.Exact,
        _ => throw new InvalidOperationException($"Nobody said how exact feature kind {Kind} is."),
    };
}
