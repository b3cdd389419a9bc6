using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Tests.Engine.Decisions;

namespace MicroIntervention.Tests.Engine.Scenarios;

/// <summary>The packs that ship, from their files to the scores of known signal sequences.</summary>
public sealed class BuiltInPackTests
{
    [Fact]
    [Proves("R-61")]
    public void Read_EveryShippedPack_IsSound()
    {
        var names = Directory.GetFiles(PackFiles.Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Where(n => !n.EndsWith(".schema", StringComparison.Ordinal)).ToList();

        Assert.Equal(["bench", "checkout-failure", "password-lockout"], names.Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(name, PackFiles.Read(name).Key.Value));
    }

    [Fact]
    [Proves("R-12")]
    public void Walk_TwoDeclinedPayments_Reach82PointsAndSpeak()
    {
        var walk = new Walk(Walk.PlanOf("checkout-failure", "password-lockout"));
        walk.At(0, "Page Viewed");

        Assert.Empty(walk.At(10, "Payment Declined"));
        var decision = Assert.IsType<Decision.Intervene>(Assert.Single(walk.At(25, "Payment Declined")));

        Assert.Equal(82, decision.Facts.Forecast.Value);
        Assert.Equal(60, decision.Facts.Threshold);
        Assert.Equal("checkout-failure", decision.Facts.Scenario.Value);
        Assert.Equal((0.82 * 60 * 0.2) - 0.5, decision.Facts.ExpectedBenefit.Amount, 12);
        AssertAddsUp(decision.Facts.Forecast);
    }

    [Fact]
    [Proves("R-10")]
    public void Walk_FailedSignIns_SpeakExactlyAtTheFifthWithinTenMinutes()
    {
        var walk = new Walk(Walk.PlanOf("checkout-failure", "password-lockout"));
        walk.At(0, "Page Viewed"); // a person: somebody who only fails to sign in is a program

        for (var i = 0; i < 4; i++)
        {
            Assert.Empty(walk.At(i * 149.999, "Login Failed"));
        }

        var decision = Assert.IsType<Decision.Intervene>(Assert.Single(walk.At(599.999, "Login Failed")));
        Assert.Equal("password-lockout", decision.Facts.Scenario.Value);
        AssertAddsUp(decision.Facts.Forecast);
    }

    [Fact]
    [Proves("R-10")]
    public void Walk_FifthFailureOneMillisecondTooLate_StaysQuiet()
    {
        var walk = new Walk(Walk.PlanOf("password-lockout"));

        for (var i = 0; i < 4; i++)
        {
            walk.At(i * 150, "Login Failed");
        }

        Assert.Empty(walk.At(600, "Login Failed"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(16)]
    public void Walk_OtherNumberOfFailures_SpeaksAtThatOne(int failures)
    {
        var walk = new Walk(Walk.PlanOf([Changed("password-lockout") with { Settings = Changed("x").Settings.Add("failures", failures) }], "password-lockout"));

        var first = Enumerable.Range(1, 20).First(i => walk.At(i, "Login Failed").Count > 0);

        Assert.Equal(failures, first);
    }

    [Fact]
    [Proves("R-20")]
    public void Walk_ThresholdRaised_StaysQuiet()
    {
        var walk = new Walk(Walk.PlanOf([Changed("checkout-failure") with { Threshold = 90 }], "checkout-failure"));

        walk.At(0, "Payment Declined");
        walk.At(1, "Payment Declined");
        walk.At(2, "Payment Declined");

        Assert.Empty(walk.All);
    }

    [Fact]
    public void Walk_Bench_DecidesAtEveryFailedPaymentAndStaysWithinItsSize()
    {
        var plan = Walk.PlanOf("bench");
        var walk = new Walk(plan);
        var decided = 0;

        for (var i = 0; i < 200; i++)
        {
            var name = i % 10 == 0 ? "Payment Failed" : "Product Viewed";
            var decisions = walk.At(i * 0.7, name, value: i % 90 + 0.5);
            Assert.Equal(i % 10 == 0 ? 1 : 0, decisions.Count);
            decided += decisions.Count;
            Assert.All(decisions, d => AssertAddsUp(Assert.IsType<Decision.Intervene>(d).Facts.Forecast));
        }

        Assert.Equal(20, decided);
        Assert.Equal(20, plan.Features.Width);
        Assert.Equal(30, plan.Scenarios[0].Model.ContributionCount);
        Assert.All(plan.Scenarios[0].Model.Artifact.Terms, t => Assert.Equal(64, t.Weights.Length));
        Assert.InRange(plan.SessionBlockSize, 1, 700);
    }

    [Fact]
    public void BenchPackWriter_Written_EqualsTheFile() =>
        Assert.Equal(File.ReadAllText(Path.Combine(PackFiles.Folder, "bench.json")), MicroIntervention.Bench.Packs.BenchPackWriter.Write());

    internal static PolicyOverride Changed(string scenario) => new() { Scenario = new ScenarioKey(scenario) };

    internal static void AssertAddsUp(Forecast forecast)
    {
        var sum = forecast.Intercept;
        foreach (var contribution in forecast.Contributions)
        {
            sum += contribution;
        }

        Assert.Equal(BitConverter.DoubleToInt64Bits(forecast.Score), BitConverter.DoubleToInt64Bits(sum));
    }
}
