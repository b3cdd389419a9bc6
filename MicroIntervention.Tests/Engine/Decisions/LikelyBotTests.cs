using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Decisions;

/// <summary>Which sessions the lockout pack takes for a program's, and which never.</summary>
[Proves("R-21")]
public sealed class LikelyBotTests
{
    [Fact]
    public void Run_NothingButFailures_IsMarkedAndTheRecordStays()
    {
        var walk = new Walk(Walk.PlanOf("password-lockout"));
        Fail(walk, 0, 5);

        Assert.Equal(DecisionReason.LikelyBot, Assert.Single(walk.All).Reason);
        Assert.True(walk.Visitor.Main.IsLikelyBot);
        Assert.Null(walk.Visitor.Ledger);
    }

    [Fact]
    public void Run_SomebodyWhoSawAPage_IsAPerson()
    {
        var walk = new Walk(Walk.PlanOf("password-lockout"));
        walk.At(0, "Page Viewed");
        Fail(walk, 1, 12);

        Assert.Equal(DecisionReason.Chosen, Assert.Single(walk.All).Reason);
        Assert.False(walk.Visitor.Main.IsLikelyBot);
    }

    [Fact]
    public void Run_FourAccountsInTenMinutes_IsMarkedWhateverElseItDoes()
    {
        var walk = new Walk(Walk.PlanOf("password-lockout"));
        walk.At(0, "Page Viewed");
        for (var i = 1; i <= 5; i++)
        {
            walk.At(i * 100, "Login Failed", value: i);
            Assert.Equal(i >= 4, walk.Visitor.Main.IsLikelyBot);
        }

        Assert.Equal(DecisionReason.LikelyBot, Assert.Single(walk.All).Reason);
    }

    [Fact]
    public void Run_FourAccountsInTwoHours_AreAFamily()
    {
        var walk = new Walk(Walk.PlanOf("password-lockout"));
        for (var i = 1; i <= 8; i++)
        {
            walk.At(i * 900, "Page Viewed");
            walk.At((i * 900) + 5, "Login Failed", value: i % 4);
        }

        Assert.False(walk.Visitor.Main.IsLikelyBot);
    }

    [Fact]
    public void Run_KnownByUserIdAlone_IsNeverMarked()
    {
        var walk = new Walk(Walk.PlanOf("password-lockout")) { Flags = SignalFlags.ByUserId };
        Fail(walk, 0, 5);
        Assert.Equal(DecisionReason.Chosen, Assert.Single(walk.All).Reason);
    }

    [Fact]
    public void Run_MarkedSession_SilencesEveryScenarioUntilItEnds()
    {
        var walk = new Walk(Walk.PlanOf("password-lockout", "checkout-failure"));
        Fail(walk, 0, 5);
        walk.At(10, "Payment Declined");
        walk.At(11, "Payment Declined");
        Assert.Equal([("password-lockout", DecisionReason.LikelyBot), ("checkout-failure", DecisionReason.LikelyBot)], walk.All.Select(d => (d.Facts.Scenario.Value, d.Reason)));

        walk.At(8000, "Payment Declined");
        walk.At(8001, "Payment Declined");
        Assert.Equal(DecisionReason.Chosen, walk.All[^1].Reason);
    }

    [Fact]
    public void Run_SwitchedOffByPolicy_MarksNobody()
    {
        var walk = new Walk(Walk.PlanOf([new PolicyOverride { Scenario = new ScenarioKey("password-lockout"), LikelyBot = false }], "password-lockout"));
        Fail(walk, 0, 5);
        Assert.Equal(DecisionReason.Chosen, Assert.Single(walk.All).Reason);
    }

    [Fact]
    public void Run_BotInQuietHoursWithoutConsent_HasTheReasonOfItsPlaceInTheOrder()
    {
        var plan = Build("password-lockout", p => p["quietHours"] = JsonNode.Parse("""{"from":"00:00","to":"23:59"}"""));
        var quiet = new Walk(plan);
        Fail(quiet, 0, 5);
        Assert.Equal(DecisionReason.LikelyBot, Assert.Single(quiet.All).Reason);

        var refused = new Walk(plan) { Flags = SignalFlags.ConsentRequired };
        Fail(refused, 0, 5);
        Assert.Equal(DecisionReason.NoConsent, Assert.Single(refused.All).Reason);
    }

    [Fact]
    public void Run_TestVisitor_IsExempt()
    {
        var walk = new Walk(Walk.PlanOf("password-lockout")) { Flags = SignalFlags.Test };
        Fail(walk, 0, 5);
        Assert.Equal(DecisionReason.Chosen, Assert.Single(walk.All).Reason);
    }

    private static void Fail(Walk walk, double from, int times)
    {
        for (var i = 0; i < times; i++)
        {
            walk.At(from + i, "Login Failed");
        }
    }

    private static Plan Build(string name, Action<JsonObject> change)
    {
        var pack = (JsonObject)JsonNode.Parse(PackFiles.Bytes(name))!;
        change(pack);
        return PlanBuilder.Build(PackFiles.Hash, [PackFiles.Sound(JsonSerializer.SerializeToUtf8Bytes(pack))], []).Plan!;
    }
}
