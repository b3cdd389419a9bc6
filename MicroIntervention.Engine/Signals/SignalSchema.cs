using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>What the active plan wants read from an event: which matchers it satisfies and which of its numbers are used.</summary>
/// <remarks>Immutable. Two schemas with the same version read every event alike.</remarks>
public sealed class SignalSchema
{
    /// <summary>Most matchers one plan may hold (one bit each).</summary>
    public const int MaxMatchers = 64;

    /// <summary>Most distinct properties one plan may read as numbers or count the different values of.</summary>
    public const int MaxNumericProperties = 8;

    /// <summary>Most distinct properties one plan may look at, conditions and numbers together; each step of a nested name counts.</summary>
    public const int MaxProperties = 256;

    /// <exception cref="ArgumentException">More matchers, numeric properties or properties than the limits.</exception>
    public SignalSchema(int version, ImmutableArray<SignalMatcher> matchers, ImmutableArray<string> numericProperties)
        : this(version, matchers, numericProperties, [], hash: null)
    {
    }

    /// <param name="version">The same for schemas that read alike.</param>
    /// <param name="matchers">At most <see cref="MaxMatchers"/>.</param>
    /// <param name="numericProperties">With the fingerprinted ones at most <see cref="MaxNumericProperties"/>.</param>
    /// <param name="fingerprinted">Properties whose different values are counted: texts, numbers, true and false.</param>
    /// <param name="hash">Fingerprints are made with it; null only without fingerprinted properties.</param>
    /// <exception cref="ArgumentException">More matchers, numeric properties or properties than the limits.</exception>
    public SignalSchema(int version, ImmutableArray<SignalMatcher> matchers, ImmutableArray<string> numericProperties, ImmutableArray<string> fingerprinted, KeyedHash? hash)
    {
        if (matchers.Length > MaxMatchers || numericProperties.Length + fingerprinted.Length > MaxNumericProperties)
        {
            throw new ArgumentException($"A plan holds at most {MaxMatchers} matchers and {MaxNumericProperties} numeric properties.");
        }

        Version = version;
        Matchers = matchers;
        NumericProperties = numericProperties;
        Fingerprinted = fingerprinted;
        Compiled = new CompiledSchema(matchers, numericProperties, fingerprinted, hash);
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

    /// <summary>Their values are in a signal as the number of a keyed hash, behind <see cref="NumericProperties"/>; equal values give equal numbers.</summary>
    public ImmutableArray<string> Fingerprinted { get; }

    internal CompiledSchema Compiled { get; }
}
