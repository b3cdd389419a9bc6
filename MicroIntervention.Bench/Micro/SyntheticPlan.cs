using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Bench.Micro;

/// <summary>The reference shape (20 features, 20 terms × 64 bins, 10 pairs) built in code, for measuring rooms one by one.</summary>
internal static class SyntheticPlan
{
    private static readonly string[] Events =
    [
        "Page Viewed", "Product Viewed", "Product Added", "Product Removed", "Products Searched", "Payment Failed", "Idle", "Checkout Started",
    ];

    /// <param name="hash">Any.</param>
    /// <param name="everySignal">True: every signal is forecast and compared with a threshold that none reaches. False: as the bench pack, "Payment Failed" alone.</param>
    public static Plan Make(KeyedHash hash, bool everySignal)
    {
        var schema = new SignalSchema(1, [.. Events.Select(e => new SignalMatcher([e], []))], ["value"]);
        var features = Features();
        var random = new SeededRandom(7);
        var terms = features.Select(f => Term(f.Name, random)).ToImmutableArray();
        var pairs = Enumerable.Range(0, 10).Select(p => new ModelPair(p, p + 10, [.. Enumerable.Range(0, 65 * 65).Select(_ => random.NextDouble() - 0.5)])).ToImmutableArray();
        var artifact = new ModelArtifact(ScoreScale.Probability, -2.2, terms, pairs, Calibration.None);
        var model = new AdditiveModel(artifact, [.. Enumerable.Range(0, features.Length)]);
        var policy = new ScenarioPolicy
        {
            Key = new ScenarioKey("bench"),
            Stage = Stage.On,
            Threshold = everySignal ? 1 : 0.5,
            ClosingDrop = 0.05,
            TriggerMatches = everySignal ? 0 : 1UL << 5,
            RepeatsPerSignal = true,
        };
        return new Plan
        {
            Hash = hash,
            Fingerprint = new Hash128(1, 1),
            Schema = schema,
            Features = new FeaturePlan(features),
            Scenarios = [],
        }.With([new ScenarioPlan(policy, model, 1, 0)]);
    }

    private static ModelTerm Term(string name, SeededRandom random) =>
        new(name, [.. Enumerable.Range(0, 63).Select(i => i * 1.5)], [.. Enumerable.Range(0, 65).Select(_ => random.NextDouble() - 0.5)]);

    private static ImmutableArray<FeatureDefinition> Features()
    {
        var all = FeatureDefinition.EverySignal;
        return
        [
            Windowed("events_30s", FeatureKind.Count, all, 30), Windowed("events_5m", FeatureKind.Count, all, 300),
            Windowed("sum_30s", FeatureKind.Sum, all, 30), Windowed("sum_5m", FeatureKind.Sum, all, 300), Windowed("max_5m", FeatureKind.Max, all, 300),
            Windowed("views_30s", FeatureKind.Count, 0, 30), Windowed("views_5m", FeatureKind.Count, 0, 300), Windowed("product_5m", FeatureKind.Count, 1, 300),
            Windowed("cart_adds_5m", FeatureKind.Count, 2, 300, 8), Windowed("cart_removes_5m", FeatureKind.Count, 3, 300, 8), Windowed("search_5m", FeatureKind.Count, 4, 300),
            Windowed("payment_errors_5m", FeatureKind.Count, 5, 300, 8), Windowed("idle_5m", FeatureKind.Count, 6, 300), Windowed("checkout_5m", FeatureKind.Count, 7, 300),
            Plain("since_cart", FeatureKind.TimeSince, 2, 3600), Plain("since_checkout", FeatureKind.TimeSince, 7, 3600), Plain("gap", FeatureKind.Gap, all, 0),
            Plain("session_age", FeatureKind.Age, all, 0), Windowed("total_value", FeatureKind.Sum, all, 0), Windowed("max_value", FeatureKind.Max, all, 0),
        ];
    }

    private static FeatureDefinition Windowed(string name, FeatureKind kind, int matcher, int seconds, int exact = 0) =>
        new(name, name, kind, matcher, kind == FeatureKind.Count ? -1 : 0, TimeSpan.FromSeconds(seconds), exact, FeatureScope.Session, 0);

    private static FeatureDefinition Plain(string name, FeatureKind kind, int matcher, double whenMissing) =>
        new(name, name, kind, matcher, -1, TimeSpan.Zero, 0, FeatureScope.Session, whenMissing);
}
