using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Decisions;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>What a checkpoint keeps of one visitor: everything that a later decision is made from.</summary>
[Proves("R-81")]
public sealed class VisitorCodecTests
{
    [Fact]
    public void Read_VisitorWithRefusalsBotMarkAndAttention_GoesOnAsIfNothingHadHappened()
    {
        var plan = Build("checkout-failure", p => (p["coolDown"], p["declinedForAtMost"]) = (null, "168h"));
        var stayed = new Walk(plan) { Zone = 60 };
        Decline(stayed, 0);
        stayed.Report(3, SignalKind.Dismissed, stayed.All[0].Id);

        var moved = new Walk(plan, stayed.Visitor.Id, Copy(stayed.Visitor, plan)) { Zone = 60 };
        Assert.Equal(stayed.Visitor.Ledger!.SpentAt(stayed.Visitor.LastAt), moved.Visitor.Ledger!.SpentAt(stayed.Visitor.LastAt));
        Assert.Equal(stayed.Visitor.ZoneQuarter, moved.Visitor.ZoneQuarter);
        Assert.Equal(stayed.Visitor.Main.Prompts, moved.Visitor.Main.Prompts);
        var before = stayed.All.Count;
        foreach (var walk in new[] { stayed, moved })
        {
            foreach (var at in new[] { 700.0, 5_000, 90_000, 100_000, 110_000, 180_000 })
            {
                Decline(walk, at);
            }
        }

        Assert.Equal(stayed.All.Skip(before).Select(d => (d.Facts.At, d.Reason)), moved.All.Select(d => (d.Facts.At, d.Reason)));
        Assert.Contains(moved.All, d => d.Reason == DecisionReason.Declined);
        Assert.Contains(moved.All, d => d.Reason == DecisionReason.Attention);
    }

    [Fact]
    public void Read_LikelyBot_StaysOne()
    {
        var plan = Walk.PlanOf("password-lockout", "checkout-failure");
        var walk = new Walk(plan);
        for (var i = 0; i < 5; i++)
        {
            walk.At(i, "Login Failed");
        }

        var copy = Copy(walk.Visitor, plan);
        Assert.True(copy.Main.IsLikelyBot);
        var moved = new Walk(plan, copy.Id, copy);
        Decline(moved, 20);
        Assert.Equal(DecisionReason.LikelyBot, Assert.Single(moved.All).Reason);
    }

    private static VisitorState Copy(VisitorState visitor, Plan plan)
    {
        using var buffer = new CheckpointBuffer();
        VisitorCodec.Write(buffer, visitor);
        var from = new CheckpointCursor(buffer.Written);
        var copy = VisitorCodec.Read(ref from, new BlockStore(plan.SessionBlockSize), null);
        Assert.True(from.IsAtEnd);
        using var again = new CheckpointBuffer();
        VisitorCodec.Write(again, copy);
        Assert.Equal(buffer.Written.ToArray(), again.Written.ToArray());
        return copy;
    }

    private static void Decline(Walk walk, double at)
    {
        walk.At(at, "Payment Declined");
        walk.At(at + 1, "Payment Declined");
    }

    private static Plan Build(string name, Action<JsonObject> change)
    {
        var pack = (JsonObject)JsonNode.Parse(PackFiles.Bytes(name))!;
        change(pack);
        return PlanBuilder.Build(PackFiles.Hash, [PackFiles.Sound(JsonSerializer.SerializeToUtf8Bytes(pack))], []).Plan!;
    }
}
