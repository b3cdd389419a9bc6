using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Decisions;

/// <summary>What prompts cost of a person's attention, and when a scenario may ask for more.</summary>
[Proves("R-21")]
public sealed class AttentionTests
{
    private const double Day = 86_400;

    [Fact]
    public void Run_OnePromptADay_FitsForEver()
    {
        // 1, then 2 a day: what is left halves, so the account nears 4 from below and never passes it.
        var walk = new Walk(Unlimited(4));
        for (var day = 0; day < 60; day++)
        {
            Assert.Equal(DecisionReason.Chosen, Speak(walk, day * Day).Reason);
            Assert.InRange(walk.Visitor.Ledger!.SpentAt(walk.Visitor.LastAt), 1, 4);
        }
    }

    [Fact]
    public void Run_PromptsInARow_StopAtTheBidAndGoOnWhenItHasFaded()
    {
        var walk = new Walk(Unlimited(4));
        Assert.Equal([DecisionReason.Chosen, DecisionReason.Chosen, DecisionReason.Attention], Enumerable.Range(0, 3).Select(i => Speak(walk, i * 2000).Reason)); // 1, 3, then 5

        // Nearly 3 spent; 2 must be left over: log2(3/2) days.
        Assert.Equal(DecisionReason.Attention, Speak(walk, 2000 + (0.57 * Day)).Reason);
        Assert.Equal(DecisionReason.Chosen, Speak(walk, 2000 + (0.61 * Day)).Reason);
    }

    [Fact]
    public void Run_No_CostsMoreThanAPrompt()
    {
        var walk = new Walk(Unlimited(4, p => p["declinedFor"] = "1s"));
        var first = Speak(walk, 0);
        walk.Report(5, SignalKind.Shown, first.Id);
        Assert.Equal(1, walk.Visitor.Ledger!.SpentAt(walk.Visitor.LastAt), 1e-3);
        walk.Report(6, SignalKind.Dismissed, first.Id);
        walk.Report(7, SignalKind.Dismissed, first.Id);
        Assert.Equal(3, walk.Visitor.Ledger.SpentAt(walk.Visitor.LastAt), 1e-3); // 2 for the no, once

        Assert.Equal(DecisionReason.Attention, Speak(walk, 3000).Reason);
    }

    [Fact]
    public void Run_TwoScenarios_SpendFromOnePersonAndTheHigherBidGoesFurther()
    {
        var walk = new Walk(Build(Changed("checkout-failure", p => Free(p, 2)), Changed("password-lockout", p => { Free(p, 4); p.Remove("likelyBot"); Drop(p); })));
        Assert.Equal(DecisionReason.Chosen, Speak(walk, 0).Reason); // 1
        Assert.Equal(DecisionReason.Attention, Speak(walk, 2000).Reason); // a repeat costs 2, and 3 is above 2
        for (var i = 0; i < 5; i++)
        {
            walk.At(4000 + i, "Login Failed");
        }

        Assert.Equal(("password-lockout", DecisionReason.Chosen), (walk.All[^1].Facts.Scenario.Value, walk.All[^1].Reason));
    }

    [Fact]
    public void Run_RandomHistory_NeverSpendsMoreThanTheBidOnPrompts()
    {
        var random = new SeededRandom(21);
        for (var visitor = 0; visitor < 40; visitor++)
        {
            var bid = 1 + (random.Next(80) / 10.0);
            var walk = new Walk(Unlimited(bid), $"v{visitor}");
            var (spent, last, lastPrompt) = (0.0, 0.0, double.NegativeInfinity);
            var at = 0.0;
            for (var i = 0; i < 150; i++)
            {
                at += 2000 + random.Next(60_000);
                var decision = Speak(walk, at);
                var now = (decision.Facts.At - Walk.Noon).TotalSeconds;
                var left = now - last >= 20 * Day ? 0 : spent * Math.Pow(0.5, (now - last) / Day);
                var price = now - lastPrompt < 7 * Day ? 2 : 1;
                Assert.Equal(left + price <= bid ? DecisionReason.Chosen : DecisionReason.Attention, decision.Reason);
                if (decision is Decision.Intervene)
                {
                    (spent, last, lastPrompt) = (left + price, now, now);
                    Assert.InRange(spent, 0, bid);
                }
            }

            Assert.Contains(walk.All, d => d is Decision.Intervene);
        }
    }

    [Fact]
    public void Build_BidBelowAPrompt_IsAFault()
    {
        var result = PlanBuilder.Build(PackFiles.Hash, [PackFiles.Read("checkout-failure")], [new PolicyOverride { Scenario = new ScenarioKey("checkout-failure"), Bid = 0.9 }]);
        Assert.Contains("override.bid", Assert.Single(result.Faults).Path, StringComparison.Ordinal);
    }

    private static Decision Speak(Walk walk, double at)
    {
        var before = walk.All.Count;
        walk.At(at, "Payment Declined");
        walk.At(at + 1, "Payment Declined");
        return walk.All[before];
    }

    private static Plan Unlimited(double bid, Action<JsonObject>? more = null) => Build(Changed("checkout-failure", p =>
    {
        Free(p, bid);
        more?.Invoke(p);
    }));

    /// <summary>Without every other limit.</summary>
    private static void Free(JsonObject pack, double bid)
    {
        (pack["caps"], pack["coolDown"]) = (null, null);
        pack["attention"] = new JsonObject { ["bid"] = bid };
    }

    /// <summary>What only the bot rules used.</summary>
    private static void Drop(JsonObject pack)
    {
        var features = (JsonArray)pack["features"]!;
        while (features.Count > 2)
        {
            features.RemoveAt(2);
        }

        ((JsonObject)pack["settings"]!).Remove("botAccounts");
        ((JsonObject)pack["settings"]!).Remove("botFailures");
    }

    private static Plan Build(params ScenarioPack[] packs)
    {
        var result = PlanBuilder.Build(PackFiles.Hash, packs, []);
        Assert.True(result.Plan is not null, string.Join('\n', result.Faults));
        return result.Plan;
    }

    private static ScenarioPack Changed(string name, Action<JsonObject> change)
    {
        var pack = (JsonObject)JsonNode.Parse(PackFiles.Bytes(name))!;
        change(pack);
        return PackFiles.Sound(JsonSerializer.SerializeToUtf8Bytes(pack));
    }
}
