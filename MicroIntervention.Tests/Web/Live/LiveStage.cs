using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Tests.Web.Live;

/// <summary>A plan with one scorecard and decisions made under it, for tests of pages.</summary>
public static class LiveStage
{
    public static readonly ScenarioKey Checkout = new("checkout-failure");

    /// <summary>Two declines and a login failure score 60 + 22 points against a threshold of 60.</summary>
    public static Plan Plan()
    {
        var features = new FeaturePlan(
        [
            Feature("payment_declined_10m", "payments declined in 10 minutes"),
            Feature("login_failed_10m", "failed logins in 10 minutes"),
            Feature("rage_clicks_5m", "rage clicks in 5 minutes"),
        ]);
        var artifact = new ModelArtifact(
            ScoreScale.Points,
            0,
            [
                new ModelTerm("payment_declined_10m", [1, 2], [0, 0, 30, 60]),
                new ModelTerm("login_failed_10m", [1], [0, 0, 22]),
                new ModelTerm("rage_clicks_5m", [1], [0, 0, 10.1]),
            ],
            [],
            Calibration.None);
        var policy = new ScenarioPolicy
        {
            Key = Checkout,
            Threshold = 60,
            ClosingDrop = 5,
            Stage = Stage.On,
            MaxPerSession = 1,
            MaxPerVisitor = 2,
            CoolDown = TimeSpan.FromMinutes(30),
        };
        var plan = MicroIntervention.Engine.Decisions.Plan.Empty(new KeyedHash(new byte[KeyedHash.KeySize])) with { Features = features };
        return plan.With([new ScenarioPlan(policy, new AdditiveModel(artifact, [0, 1, 2]), 1, 0)]);
    }

    /// <summary>A decision at a score of 82 points unless said otherwise.</summary>
    public static Decision Decide(int number, DateTimeOffset at, DecisionReason reason = DecisionReason.Chosen, double[]? row = null, int session = 0, bool test = false)
    {
        row ??= [2, 1, 0];
        var model = Plan().Scenarios[0].Model;
        var contributions = new double[3];
        var score = model.Score(row, contributions);
        var facts = new DecisionFacts(
            new DecisionId(new Hash128(0xdec1, (ulong)number + 1)),
            new DecisionId(new Hash128(0xdec1, (ulong)number + 1)),
            Checkout,
            new VisitorId(new Hash128(0xa11ce00000000000 + (ulong)session, 7)),
            new SessionId(new Hash128(0x5e55000000000000 + ((ulong)(session == 0 ? number : session) << 32), 9)),
            Moment.From(at),
            new LogPosition(0, number),
            new MessageKey(new Hash128(1, (ulong)number)),
            "",
            new Forecast(ScoreScale.Points, score, score, 0, row, contributions),
            60,
            new Money(12.5, "EUR"),
            default,
            0,
            test);
        return reason == DecisionReason.Chosen ? new Decision.Intervene(facts, ArmKey.Treatment, 1) : new Decision.Suppress(facts, reason);
    }

    private static FeatureDefinition Feature(string name, string title) =>
        new(name, title, FeatureKind.Count, 0, -1, TimeSpan.FromMinutes(10), 16, FeatureScope.Session, 0);
}
