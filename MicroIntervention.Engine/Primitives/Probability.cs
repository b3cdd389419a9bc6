namespace MicroIntervention.Engine.Primitives;

/// <summary>A number in [0, 1].</summary>
public readonly record struct Probability
{
    private Probability(double value) => Value = value;

    public double Value { get; }

    /// <exception cref="ArgumentOutOfRangeException">Not a number, below 0 or above 1.</exception>
    public static Probability From(double value) => value is >= 0 and <= 1
        ? new Probability(value)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A probability lies between 0 and 1.");
}
