using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>All that a plan is built from, so that a record in the log can build it again: the packs' files, what people set differently, and the kill switch.</summary>
/// <param name="Packs">JSON of each pack.</param>
/// <param name="Overrides">At most one for each pack.</param>
/// <param name="Killed">The kill switch of the whole service.</param>
public sealed record PlanSource(ImmutableArray<ReadOnlyMemory<byte>> Packs, ImmutableArray<PolicyOverride> Overrides, bool Killed)
{
    public static PlanSource Empty { get; } = new([], [], Killed: false);

    /// <summary>Reads the packs and builds the plan; every fault of every pack at once.</summary>
    public PlanResult Build(KeyedHash hash)
    {
        var packs = ImmutableArray.CreateBuilder<ScenarioPack>(Packs.Length);
        var faults = ImmutableArray.CreateBuilder<PackFault>();
        for (var p = 0; p < Packs.Length; p++)
        {
            var read = PackReader.Read(Packs[p]);
            faults.AddRange(read.Faults.Select(f => new PackFault($"pack {p}: {f.Path}", f.Message)));
            if (read.Pack is not null)
            {
                packs.Add(read.Pack);
            }
        }

        if (faults.Count > 0)
        {
            return new PlanResult(null, [], faults.ToImmutable());
        }

        var result = PlanBuilder.Build(hash, packs, Overrides);
        return result with { Plan = result.Plan is null ? null : result.Plan with { Killed = Killed } };
    }

    /// <summary>This source with another override for its scenario in place of the one it had.</summary>
    public PlanSource With(PolicyOverride changed) =>
        this with { Overrides = [.. Overrides.Where(o => o.Scenario != changed.Scenario), changed] };
}
