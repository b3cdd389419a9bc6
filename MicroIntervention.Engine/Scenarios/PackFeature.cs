using MicroIntervention.Engine.Features;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>A feature as a pack declares it: signals and numbers by name, not yet by their place in a plan.</summary>
/// <param name="Name">Unique in the pack.</param>
/// <param name="Title">What people read.</param>
/// <param name="Kind">How it is computed.</param>
/// <param name="Signal">Name of a signal of the pack; null for every signal.</param>
/// <param name="Property">What it reads (distinct: any plain value, the others a number); null where it reads nothing.</param>
/// <param name="Window">1 s to 24 h; zero since the session began; the half-life of a decayed one.</param>
/// <param name="ExactUpTo">0 to 16.</param>
/// <param name="Scope">Session or visitor.</param>
/// <param name="WhenMissing">Value before the first matching signal; <see cref="FeatureRow.Missing"/> for the model's own bin.</param>
public sealed record PackFeature(
    string Name,
    string Title,
    FeatureKind Kind,
    string? Signal,
    string? Property,
    TimeSpan Window,
    int ExactUpTo,
    FeatureScope Scope,
    double WhenMissing);
