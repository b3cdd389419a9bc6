using System.Collections.Immutable;

namespace MicroIntervention.Engine.Signals;

/// <summary>What the active plan wants read from an event: which matchers it satisfies and which of its numbers are used.</summary>
/// <remarks>Immutable. Two schemas with the same version read every event alike.</remarks>
public sealed class SignalSchema
{
    /// <summary>Most matchers one plan may hold (one bit each).</summary>
    public const int MaxMatchers = 64;

    /// <summary>Most distinct numeric properties one plan may use.</summary>
    public const int MaxNumericProperties = 8;

    /// <exception cref="ArgumentException">More matchers or numeric properties than the limits.</exception>
    public SignalSchema(int version, ImmutableArray<SignalMatcher> matchers, ImmutableArray<string> numericProperties)
    {
        if (matchers.Length > MaxMatchers || numericProperties.Length > MaxNumericProperties)
        {
            throw new ArgumentException($"A plan holds at most {MaxMatchers} matchers and {MaxNumericProperties} numeric properties.");
        }

        Version = version;
        Matchers = matchers;
        NumericProperties = numericProperties;
    }

    public static SignalSchema Empty { get; } = new(0, [], []);

    public int Version { get; }

    public ImmutableArray<SignalMatcher> Matchers { get; }

    /// <summary>Names below <c>properties</c> (or <c>traits</c>), dots for nesting: <c>amount</c>, <c>order.total</c>.</summary>
    public ImmutableArray<string> NumericProperties { get; }
}
