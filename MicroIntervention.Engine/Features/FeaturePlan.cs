using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Features;

/// <summary>The union of the features of all active scenarios, compiled. Immutable; shared by all threads.</summary>
public sealed class FeaturePlan
{
    private readonly WindowProgram _session;
    private readonly WindowProgram _visitor;

    public FeaturePlan(ImmutableArray<FeatureDefinition> features)
    {
        Features = features;
        _session = Compile(FeatureScope.Session);
        _visitor = Compile(FeatureScope.Visitor);
    }

    public static FeaturePlan Empty { get; } = new([]);

    /// <summary>In row order.</summary>
    public ImmutableArray<FeatureDefinition> Features { get; }

    /// <summary>Values in a row.</summary>
    public int Width => Features.Length;

    /// <summary>Bytes of a session's windows.</summary>
    public int SessionBlockSize => _session.BlockSize;

    /// <summary>Bytes of a visitor's windows; 0 when no feature has that scope.</summary>
    public int VisitorBlockSize => _visitor.IsEmpty ? 0 : _visitor.BlockSize;

    /// <summary>True when both plans keep the same windows at the same places, so that running sessions need not be rebuilt.</summary>
    public bool SameLayout(FeaturePlan other) => Features.AsSpan().SequenceEqual(other.Features.AsSpan());

    public void StartSession(Span<byte> block, Moment at) => _session.Start(block, at);

    public void StartVisitor(Span<byte> block, Moment at) => _visitor.Start(block, at);

    /// <summary>Adds a signal to the session's windows and, where there are any, to the visitor's.</summary>
    public void Add(Span<byte> sessionBlock, Span<byte> visitorBlock, in Signal signal, Moment at)
    {
        _session.Add(sessionBlock, in signal, at);
        if (!visitorBlock.IsEmpty)
        {
            _visitor.Add(visitorBlock, in signal, at);
        }
    }

    /// <summary>Writes every feature's value at <paramref name="at"/> into <paramref name="row"/> (length <see cref="Width"/>).</summary>
    public void CopyTo(Span<byte> sessionBlock, Span<byte> visitorBlock, Moment at, Span<double> row)
    {
        _session.CopyTo(sessionBlock, at, row);
        if (!visitorBlock.IsEmpty)
        {
            _visitor.CopyTo(visitorBlock, at, row);
        }
    }

    private WindowProgram Compile(FeatureScope scope) =>
        new([.. Features.Select((feature, index) => (index, feature)).Where(f => f.feature.Scope == scope)]);
}
