using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Tests.Engine.Decisions;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>Forgetting is memory management: it must not be seen in any decision.</summary>
public sealed class SweepTests
{
    private static readonly string[] Names =
        ["Payment Declined", "Payment Declined", "Payment Declined", "Login Failed", "Login Failed", "Rage Clicked", "Something"];

    [Fact]
    [Proves("R-24")]
    public void Sweep_RandomVisitsOverMonths_DecidesLikeOneThatRemembers()
    {
        for (var seed = 1UL; seed <= 5; seed++)
        {
            var random = new SeededRandom(seed);
            var (remembers, forgets) = (Rig(), Rig());
            var at = Walk.Noon;
            var forgotten = 0;
            for (var i = 0; i < 1_500; i++)
            {
                at += random.Next(40) switch
                {
                    0 => TimeSpan.FromDays(random.Next(40)),
                    < 4 => TimeSpan.FromMinutes(random.Next(50)),
                    _ => TimeSpan.FromSeconds(random.Next(60)),
                };
                forgets.States[0].Sweep(at, 10_000);
                forgotten += remembers.States[0].Visitors > forgets.States[0].Visitors ? 1 : 0;
                var (visitor, name) = ($"v{random.Next(12)}", Names[random.Next(Names.Length)]);
                remembers.Event(at, visitor, name);
                forgets.Event(at, visitor, name);
            }

            Assert.True(forgotten > 0);
            Assert.True(remembers.Decisions[0].Count > 20);
            Assert.Equal(remembers.Bytes, forgets.Bytes);
        }
    }

    [Fact]
    [Proves("R-24")]
    public void Sweep_OptedOutVisitor_IsNeverForgotten()
    {
        var rig = Rig();
        rig.Event(Walk.Noon, "out", "Opted Out");
        rig.Event(Walk.Noon, "gone", "Something");
        var later = Walk.Noon + TimeSpan.FromDays(1000);
        rig.States[0].Sweep(later, 10_000);
        Assert.Null(rig.States[0].Find(EngineStage.VisitorOf("gone")));
        Assert.NotNull(rig.States[0].Find(EngineStage.VisitorOf("out")));
        Assert.Equal(0, rig.States[0].LiveSessions);

        rig.Event(later, "out", "Payment Declined");
        rig.Event(later, "out", "Payment Declined");
        Assert.Equal(DecisionReason.OptedOut, Assert.Single(rig.Decisions[0]).Reason);
    }

    [Fact]
    [Proves("R-24")]
    public void Sweep_ClockStepsBackAfterwards_TheNextRecordComesNotBeforeIt()
    {
        var rig = Rig();
        rig.Event(Walk.Noon, "a", "Payment Declined");
        var swept = Walk.Noon + TimeSpan.FromMinutes(31);
        rig.States[0].Sweep(swept, 10_000);
        Assert.Equal(0, rig.States[0].Visitors);
        Assert.Equal(swept, rig.States[0].MomentFor(Walk.Noon + TimeSpan.FromMinutes(1)));
    }

    private static PartitionRig Rig()
    {
        var rig = new PartitionRig(1);
        rig.States[0].Activate(Walk.PlanOf("checkout-failure", "password-lockout"));
        return rig;
    }
}
