using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Decisions;

/// <summary>Who is spoken to at each stage.</summary>
[Proves("R-62")]
public sealed class StageShareTests
{
    private const int Visitors = 2000;
    private static readonly ScenarioKey Checkout = new("checkout-failure");

    [Fact]
    public void Run_Pilot_SpeaksToHalfAndSaysWhyNotToTheOthers()
    {
        var decisions = At(Stage.Pilot, null).Values.ToList();

        // Five standard deviations of a fair draw of 2,000: 112.
        Assert.InRange(decisions.Count(d => d is Decision.Intervene), 888, 1112);
        Assert.All(decisions.OfType<Decision.Suppress>(), d => Assert.Equal(DecisionReason.StageShare, d.Reason));
        Assert.All(decisions.OfType<Decision.Intervene>(), d => Assert.Equal(0.5, d.Propensity));
    }

    [Fact]
    public void Run_FromStageToStage_KeepsWhomASmallerShareHad()
    {
        var stages = new[] { At(Stage.Observe, null), At(Stage.Ramp, 0.1), At(Stage.Pilot, null), At(Stage.Ramp, 0.8), At(Stage.On, null) }
            .Select(decisions => decisions.Where(d => d.Value is Decision.Intervene).Select(d => d.Key).ToHashSet()).ToList();

        Assert.Empty(stages[0]);
        Assert.Equal(Visitors, stages[^1].Count);
        Assert.All(stages.Zip(stages.Skip(1)), pair => Assert.True(pair.First.IsProperSubsetOf(pair.Second)));
        Assert.InRange(stages[1].Count, 133, 267);
        Assert.InRange(stages[3].Count, 1510, 1690);
    }

    [Fact]
    public void Run_TwoScenarios_DrawForThemselves()
    {
        // Whoever is out of one scenario's half has the same chance of the other's: else half of the people would get nothing and half everything.
        var plan = Walk.PlanOf("checkout-failure", "password-lockout");
        var both = 0;
        for (var i = 0; i < Visitors; i++)
        {
            var visitor = new VisitorId(plan.Hash.Of(HashDomain.Visitor, $"v{i}"));
            both += plan.Scenarios.All(s => PolicyGate.PlaceOf(plan, s, visitor) < 0.5) ? 1 : 0;
        }

        Assert.InRange(both, 403, 597);
    }

    [Fact]
    public void Run_VisitorOfTheShare_StaysInItInLaterSessions()
    {
        var plan = PlanAt(Stage.Pilot, null);
        for (var i = 0; i < 50; i++)
        {
            var walk = new Walk(plan, $"v{i}");
            for (var session = 0; session < 3; session++)
            {
                walk.At(session * 90_000, "Payment Declined");
                walk.At((session * 90_000) + 1, "Payment Declined");
            }

            Assert.Single(walk.All.Select(d => d.Reason).Distinct());
        }
    }

    [Fact]
    public void Run_TestVisitor_IsAlwaysIn()
    {
        var plan = PlanAt(Stage.Ramp, 0.01);
        for (var i = 0; i < 50; i++)
        {
            var walk = new Walk(plan, $"v{i}") { Flags = MicroIntervention.Engine.Signals.SignalFlags.Test };
            walk.At(0, "Payment Declined");
            walk.At(1, "Payment Declined");
            Assert.Equal(1.0, Assert.IsType<Decision.Intervene>(Assert.Single(walk.All)).Propensity);
        }
    }

    [Theory]
    [InlineData(0.009)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Build_ShareOutsideItsRange_IsAFault(double share)
    {
        var result = PlanBuilder.Build(PackFiles.Hash, [PackFiles.Read("checkout-failure")], [new PolicyOverride { Scenario = Checkout, RampShare = share }]);
        Assert.Contains("override.rampShare", Assert.Single(result.Faults).Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Stage.Observe)]
    [InlineData(Stage.Pilot)]
    [InlineData(Stage.Ramp)]
    [InlineData(Stage.On)]
    public void Of_NothingKnown_AssessesNothingAndPassesNothing(Stage stage)
    {
        var needs = StageNeed.Of(stage, new StageFacts(null, null, null, null, null, null));
        Assert.NotEmpty(needs);
        Assert.All(needs, need => Assert.Equal((StageNeedState.NotAssessed, null), (need.State, need.Have)));
    }

    [Fact]
    public void Of_Pilot_ComparesEachFigure()
    {
        var needs = StageNeed.Of(Stage.Pilot, new StageFacts(900, 199, 0.25, true, false, 3));
        Assert.Equal(
            [(StageNeedKind.Prompts, StageNeedState.Open), (StageNeedKind.Refusals, StageNeedState.Met), (StageNeedKind.Script, StageNeedState.Met), (StageNeedKind.Contracts, StageNeedState.Open)],
            needs.Select(n => (n.Kind, n.State)));
        Assert.Equal(StageNeedState.Met, StageNeed.Of(Stage.Observe, new StageFacts(100, 0, null, null, null, null))[0].State);
    }

    private static Dictionary<string, Decision> At(Stage stage, double? share)
    {
        var plan = PlanAt(stage, share);
        return Enumerable.Range(0, Visitors).ToDictionary(i => $"v{i}", i =>
        {
            var walk = new Walk(plan, $"v{i}");
            walk.At(0, "Payment Declined");
            walk.At(1, "Payment Declined");
            return Assert.Single(walk.All);
        });
    }

    private static Plan PlanAt(Stage stage, double? share) => Walk.PlanOf([new PolicyOverride { Scenario = Checkout, Stage = stage, RampShare = share }], "checkout-failure");
}
