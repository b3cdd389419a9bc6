using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Reads control records and remembers every plan it has built, with its packs.</summary>
/// <remarks>Thread-safe. Each partition's log holds its own copy of a record; the plan is built once.</remarks>
public sealed class PlanBook(KeyedHash hash) : IControlReader
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Hash128, Entry> _byPayload = [];
    private readonly Dictionary<Hash128, ImmutableArray<ScenarioPack>> _packs = [];
    private readonly Dictionary<Hash128, PlanSource> _sources = [];

    /// <summary>What a plan was built from; empty for a plan this book never saw.</summary>
    /// <remarks>By plan, not "the latest": an audit reads old records through the same book while the engine runs.</remarks>
    public PlanSource SourceOf(Hash128 fingerprint)
    {
        lock (_gate)
        {
            return _sources.GetValueOrDefault(fingerprint, PlanSource.Empty);
        }
    }

    /// <summary>Control records that could not be read, as sentences: a log of a newer version, or damage.</summary>
    public ImmutableArray<string> Faults { get; private set; } = [];

    /// <summary>The packs of a plan, in the order of its scenarios; empty for a plan this book never saw.</summary>
    public ImmutableArray<ScenarioPack> PacksOf(Hash128 fingerprint)
    {
        lock (_gate)
        {
            return _packs.GetValueOrDefault(fingerprint, []);
        }
    }

    /// <summary>The pack of one scenario under a plan; null when the plan has no such scenario.</summary>
    public ScenarioPack? PackOf(Hash128 fingerprint, ScenarioKey scenario) => PacksOf(fingerprint).FirstOrDefault(p => p.Key == scenario);

    public Plan Apply(Plan current, ReadOnlySpan<byte> payload)
    {
        var entry = EntryOf(payload);
        return entry.Control switch
        {
            ControlRecord.Activate => entry.Plan?.WithSignalsOf(current) ?? current,
            ControlRecord.Kill kill => current with { Killed = kill.Killed },
            ControlRecord.Switch change => current.WithSwitch(change.Scenario, change.Enabled),
            ControlRecord.Freshness freshness => current.WithSignal(freshness.Signal, freshness.Fault),
            _ => current,
        };
    }

    public ImmutableArray<byte[]> Trail(ImmutableArray<byte[]> before, ReadOnlySpan<byte> payload)
    {
        var entry = EntryOf(payload);
        return entry.Control switch
        {
            ControlRecord.Activate => entry.Plan is null ? before : [entry.Canonical, .. before.Where(b => EntryOf(b).Control is ControlRecord.Freshness)],
            ControlRecord.Kill => [.. before.Where(b => EntryOf(b).Control is not ControlRecord.Kill), entry.Canonical],
            ControlRecord.Switch change => [.. before.Where(b => EntryOf(b).Control is not ControlRecord.Switch other || other.Scenario != change.Scenario), entry.Canonical],
            ControlRecord.Freshness freshness =>
            [
                .. before.Where(b => EntryOf(b).Control is not ControlRecord.Freshness other || other.Signal != freshness.Signal),
                .. freshness.Fault == SignalFault.None ? ImmutableArray<byte[]>.Empty : [entry.Canonical],
            ],
            _ => before,
        };
    }

    private Entry EntryOf(ReadOnlySpan<byte> payload)
    {
        var key = hash.Of(HashDomain.Name, payload);
        lock (_gate)
        {
            if (!_byPayload.TryGetValue(key, out var entry))
            {
                entry = Read(payload.ToArray());
                _byPayload[key] = entry;
                if (entry.Plan is { } plan)
                {
                    _packs[plan.Fingerprint] = entry.Packs;
                    _sources[plan.Fingerprint] = entry.Source ?? PlanSource.Empty;
                }
            }

            return entry;
        }
    }

    private Entry Read(byte[] payload)
    {
        if (!ControlCodec.TryDecode(payload, out var control, out var fault))
        {
            Faults = Faults.Add($"A control record cannot be read: {fault}");
            return default;
        }

        if (control is not ControlRecord.Activate activate)
        {
            return new Entry(control, null, null, [], CanonicalOf(control));
        }

        var built = activate.Source.Build(hash);
        if (built.Plan is null)
        {
            Faults = Faults.AddRange(built.Faults.Select(f => $"A recorded plan cannot be built: {f}"));
            return new Entry(control, null, null, [], []);
        }

        return new Entry(control, activate.Source, built.Plan, built.Packs, CanonicalOf(control));
    }

    /// <summary>The record without who and why: those stay in the log, which is encrypted.</summary>
    private static byte[] CanonicalOf(ControlRecord? control) => control is null ? [] : ControlCodec.Encode(control with { By = "", Why = "" });

    private readonly record struct Entry(ControlRecord? Control, PlanSource? Source, Plan? Plan, ImmutableArray<ScenarioPack> Packs, byte[] Canonical);
}
