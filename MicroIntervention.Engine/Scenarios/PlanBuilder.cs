using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>Packs and what people set differently to the one plan that the step runs under.</summary>
/// <remarks>Pure. The same packs and overrides give the same plan in whatever order they come.</remarks>
public static class PlanBuilder
{
    /// <param name="hash">The installation's.</param>
    /// <param name="packs">Read packs, as their files say; keys are unique.</param>
    /// <param name="overrides">At most one for each pack.</param>
    public static PlanResult Build(KeyedHash hash, IEnumerable<ScenarioPack> packs, IEnumerable<PolicyOverride> overrides)
    {
        ArgumentNullException.ThrowIfNull(hash);
        var faults = ImmutableArray.CreateBuilder<PackFault>();
        var changes = overrides.OrderBy(o => o.Scenario.Value, StringComparer.Ordinal).ToImmutableArray();
        var sources = packs.OrderBy(p => p.Key.Value, StringComparer.Ordinal).ToImmutableArray();
        CheckKeys(sources, changes, faults);
        var effective = ImmutableArray.CreateBuilder<ScenarioPack>(sources.Length);
        foreach (var pack in sources)
        {
            var changed = changes.FirstOrDefault(o => o.Scenario == pack.Key);
            var read = changed is null ? new PackReadResult(pack, []) : PackReader.Read(pack.Source, changed);
            faults.AddRange(read.Faults.Select(f => new PackFault($"{pack.Key}: {f.Path}", f.Message)));
            effective.Add(read.Pack ?? pack);
        }

        if (faults.Count == 0)
        {
            var union = new PlanUnion(effective.ToImmutable());
            faults.AddRange(union.Faults);
            if (faults.Count == 0)
            {
                return new PlanResult(Compile(hash, union, changes), union.Packs, []);
            }
        }

        return new PlanResult(null, [], faults.ToImmutable());
    }

    /// <summary>Keyed hash of the canonical JSON of packs and overrides: equal exactly when they mean the same to this version.</summary>
    public static Hash128 FingerprintOf(KeyedHash hash, IEnumerable<ScenarioPack> packs, IEnumerable<PolicyOverride> overrides) =>
        hash.Of(HashDomain.Name, CanonicalJson.OfPlan(
            packs.OrderBy(p => p.Key.Value, StringComparer.Ordinal),
            overrides.OrderBy(o => o.Scenario.Value, StringComparer.Ordinal)));

    private static Plan Compile(KeyedHash hash, PlanUnion union, ImmutableArray<PolicyOverride> changes)
    {
        var plan = new Plan
        {
            Hash = hash,
            Fingerprint = FingerprintOf(hash, union.Packs, changes),
            Schema = new SignalSchema(union.SchemaVersion(hash), union.Matchers, union.Numbers, union.Fingerprinted, hash),
            Features = new FeaturePlan(union.Features),
            Scenarios = [],
            BotRules = [.. union.Packs.Where(p => p.Policy.MarksBots).SelectMany(p => p.BotRules.Select(r => RuleOf(union, p, r)))],
        };
        var scenarios = ImmutableArray.CreateBuilder<ScenarioPlan>(union.Packs.Length);
        var firstTimer = 0;
        foreach (var pack in union.Packs)
        {
            // Terms carry the plan's names, so that whoever explains a score finds the feature without the pack.
            var rows = pack.Model.Terms.Select(t => union.RowOf(pack, t.Feature)).ToArray();
            var model = pack.Model with { Terms = [.. pack.Model.Terms.Select((t, i) => t with { Feature = union.Features[rows[i]].Name })] };
            var policy = pack.Policy with
            {
                TriggerMatches = pack.Trigger is { } trigger ? union.BitOf(pack, trigger.Signal) : 0,
                Timers = [.. pack.Timers.Select(t => new TimerTrigger(t.Name, t.After, union.BitOf(pack, t.Start), t.Cancel is null ? 0 : union.BitOf(pack, t.Cancel)))],
            };
            scenarios.Add(new ScenarioPlan(policy, new AdditiveModel(model, rows), hash.Of(HashDomain.Name, pack.Key.Value).High, firstTimer));
            firstTimer += policy.Timers.Length;
        }

        return plan.With(scenarios.ToImmutable());
    }

    private static BotRule RuleOf(PlanUnion union, ScenarioPack pack, PackBotRule rule)
    {
        var looks = 0UL;
        foreach (var signal in rule.All.Select(c => pack.Features.First(f => f.Name == c.Feature).Signal).OfType<string>())
        {
            looks |= union.BitOf(pack, signal);
        }

        return new BotRule(
            pack.Key,
            rule.Title,
            [.. rule.All.Select(c => new BotCondition(
                union.RowOf(pack, c.Feature), c.AtLeast ?? double.NegativeInfinity, c.AtMost ?? double.PositiveInfinity, c.AtMostFeature is null ? -1 : union.RowOf(pack, c.AtMostFeature)))],
            looks);
    }

    private static void CheckKeys(ImmutableArray<ScenarioPack> packs, ImmutableArray<PolicyOverride> changes, ImmutableArray<PackFault>.Builder faults)
    {
        foreach (var twice in packs.GroupBy(p => p.Key).Where(g => g.Count() > 1))
        {
            faults.Add(new PackFault($"{twice.Key}: $.pack", "is the key of two packs; give one another key."));
        }

        foreach (var change in changes)
        {
            if (!packs.Any(p => p.Key == change.Scenario))
            {
                faults.Add(new PackFault($"{change.Scenario}: override.scenario", $"is no loaded pack.{Spelling.Hint(change.Scenario.Value, packs.Select(p => p.Key.Value))}"));
            }
        }

        foreach (var twice in changes.GroupBy(o => o.Scenario).Where(g => g.Count() > 1))
        {
            faults.Add(new PackFault($"{twice.Key}: override", "is there twice; keep one."));
        }
    }
}
