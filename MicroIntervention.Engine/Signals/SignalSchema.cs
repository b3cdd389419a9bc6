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

    /// <summary>Most distinct properties one plan may look at, conditions and numbers together; each step of a nested name counts.</summary>
    public const int MaxProperties = 256;

    /// <exception cref="ArgumentException">More matchers, numeric properties or properties than the limits.</exception>
    public SignalSchema(int version, ImmutableArray<SignalMatcher> matchers, ImmutableArray<string> numericProperties)
    {
        if (matchers.Length > MaxMatchers || numericProperties.Length > MaxNumericProperties)
        {
            throw new ArgumentException($"A plan holds at most {MaxMatchers} matchers and {MaxNumericProperties} numeric properties.");
        }

        Version = version;
        Matchers = matchers;
        NumericProperties = numericProperties;
        Compiled = new CompiledSchema(matchers, numericProperties);
        if (Compiled.SlotCount > MaxProperties)
        {
            throw new ArgumentException($"A plan looks at no more than {MaxProperties} properties.");
        }
    }

    public static SignalSchema Empty { get; } = new(0, [], []);

    public int Version { get; }

    public ImmutableArray<SignalMatcher> Matchers { get; }

    /// <summary>Names below <c>properties</c> (or <c>traits</c>), dots for nesting: <c>amount</c>, <c>order.total</c>.</summary>
    public ImmutableArray<string> NumericProperties { get; }

    internal CompiledSchema Compiled { get; }
}
