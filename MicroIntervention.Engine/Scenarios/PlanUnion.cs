using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>What several packs want read and computed, each thing once.</summary>
internal sealed class PlanUnion
{
    /// <summary>Most distinct properties (steps of nested names included) that conditions and numbers may look at.</summary>
    private const int MaxProperties = 256;

    private readonly List<SignalMatcher> _matchers = [];
    private readonly List<FeatureDefinition> _features = [];
    private readonly Dictionary<(string Pack, string Signal), int> _matcherOf = [];
    private readonly Dictionary<(string Pack, string Feature), int> _rowOf = [];
    private readonly List<PackFault> _faults = [];

    /// <param name="packs">In the plan's order.</param>
    public PlanUnion(ImmutableArray<ScenarioPack> packs)
    {
        Packs = packs;
        foreach (var pack in packs)
        {
            foreach (var signal in pack.Signals)
            {
                var known = _matchers.IndexOf(signal.Matcher);
                if (known < 0)
                {
                    known = _matchers.Count;
                    _matchers.Add(signal.Matcher);
                }

                _matcherOf[(pack.Key.Value, signal.Name)] = known;
            }
        }

        Numbers = Properties(packs, fingerprinted: false);
        Fingerprinted = Properties(packs, fingerprinted: true);
        foreach (var pack in packs)
        {
            foreach (var feature in pack.Features)
            {
                _rowOf[(pack.Key.Value, feature.Name)] = Place(pack, feature);
            }
        }

        CheckLimits();
    }

    public ImmutableArray<ScenarioPack> Packs { get; }

    public ImmutableArray<SignalMatcher> Matchers => [.. _matchers];

    public ImmutableArray<string> Numbers { get; }

    /// <summary>Properties whose different values are counted; they lie behind the numbers.</summary>
    public ImmutableArray<string> Fingerprinted { get; }

    /// <summary>In row order; names unique.</summary>
    public ImmutableArray<FeatureDefinition> Features => [.. _features];

    public IReadOnlyList<PackFault> Faults => _faults;

    /// <summary>Index of a pack's feature in the row.</summary>
    public int RowOf(ScenarioPack pack, string feature) => _rowOf[(pack.Key.Value, feature)];

    /// <summary>Bit of a pack's signal.</summary>
    public ulong BitOf(ScenarioPack pack, string signal) => 1UL << _matcherOf[(pack.Key.Value, signal)];

    /// <summary>A positive number that is equal for equal matchers and numbers; 31 bits of a keyed hash.</summary>
    public int SchemaVersion(KeyedHash hash)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        foreach (var matcher in _matchers)
        {
            writer.Write(matcher.Events.Length);
            foreach (var name in matcher.Events)
            {
                writer.Write(name);
            }

            writer.Write(matcher.Conditions.Length);
            foreach (var condition in matcher.Conditions)
            {
                writer.Write(condition.Property);
                writer.Write((byte)condition.Operator);
                writer.Write(condition.Text is not null);
                writer.Write(condition.Text ?? "");
                writer.Write(condition.Number);
            }
        }

        writer.Write(-1);
        foreach (var name in Numbers)
        {
            writer.Write(name);
        }

        // Without any, the same bytes as before there were such: a known plan keeps its version.
        for (var f = 0; f < Fingerprinted.Length; f++)
        {
            writer.Write(f == 0 ? -2 : -3);
            writer.Write(Fingerprinted[f]);
        }

        writer.Flush();
        Span<byte> bytes = stackalloc byte[Hash128.Size];
        hash.Of(HashDomain.Name, stream.ToArray()).Write(bytes);
        return (BinaryPrimitives.ReadInt32BigEndian(bytes) & int.MaxValue) | 1;
    }

    /// <summary>The row of a feature of the same meaning, or a new one. Its name gets the pack's key in front when another meaning has it already.</summary>
    private int Place(ScenarioPack pack, PackFeature feature)
    {
        var wanted = new FeatureDefinition(
            feature.Name,
            feature.Title,
            feature.Kind,
            feature.Signal is null ? FeatureDefinition.EverySignal : _matcherOf[(pack.Key.Value, feature.Signal)],
            feature.Property is null ? -1 : feature.Kind == FeatureKind.Distinct ? Numbers.Length + Fingerprinted.IndexOf(feature.Property) : Numbers.IndexOf(feature.Property),
            feature.Window,
            feature.ExactUpTo,
            feature.Scope,
            feature.WhenMissing);
        for (var f = 0; f < _features.Count; f++)
        {
            if (_features[f] == wanted with { Name = _features[f].Name, Title = _features[f].Title })
            {
                return f;
            }
        }

        _features.Add(_features.Any(f => f.Name == wanted.Name) ? wanted with { Name = $"{pack.Key}/{wanted.Name}" } : wanted);
        return _features.Count - 1;
    }

    private void CheckLimits()
    {
        Limit(_matchers.Count, SignalSchema.MaxMatchers, "different signals", p => p.Signals.Select(s => s.Matcher).Distinct().Count());
        Limit(Numbers.Length + Fingerprinted.Length, SignalSchema.MaxNumericProperties, "different numbers", p => Properties([p], fingerprinted: false).Length + Properties([p], fingerprinted: true).Length);
        Limit(Properties(Packs).Count, MaxProperties, "different properties", p => Properties([p]).Count);
        Limit(_features.Count, PlanLimits.Features, "different features", p => p.Features.Length);
        Limit(Packs.Length, PlanLimits.Scenarios, "scenarios", _ => 1);
        Limit(Packs.Sum(p => p.Timers.Length), PlanLimits.Timers, "timers", p => p.Timers.Length);
    }

    private void Limit(int count, int most, string what, Func<ScenarioPack, int> share)
    {
        if (count > most)
        {
            var shares = Packs.Select(p => (p.Key, Count: share(p))).Where(p => p.Count > 0).OrderByDescending(p => p.Count).ThenBy(p => p.Key.Value, StringComparer.Ordinal);
            _faults.Add(new PackFault("plan", $"needs {count} {what}, and holds at most {most}: {string.Join(", ", shares.Select(s => $"{s.Key} {s.Count}"))}. Switch a pack off or let them share."));
        }
    }

    private static ImmutableArray<string> Properties(ImmutableArray<ScenarioPack> packs, bool fingerprinted) =>
    [
        .. packs.SelectMany(p => p.Features).Where(f => f.Kind == FeatureKind.Distinct == fingerprinted).Select(f => f.Property).OfType<string>()
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static HashSet<string> Properties(ImmutableArray<ScenarioPack> packs)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in packs.SelectMany(p => p.Signals).SelectMany(s => s.Matcher.Conditions).Select(c => c.Property).Concat(packs.SelectMany(p => p.Features).Select(f => f.Property).OfType<string>()))
        {
            for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
            {
                found.Add(name[..dot]);
            }

            found.Add(name);
        }

        return found;
    }
}
