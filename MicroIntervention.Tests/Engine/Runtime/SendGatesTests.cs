using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Tests.Engine.Decisions;

namespace MicroIntervention.Tests.Engine.Runtime;

public sealed class SendGatesTests
{
    private static readonly ScenarioKey Key = new("checkout-failure");
    private readonly SendGates _gates = new();

    [Fact]
    [Proves("R-22")]
    public void CloseFor_ClosesAndNeverOpens()
    {
        var on = Walk.PlanOf("checkout-failure", "password-lockout");
        _gates.Follow(on with { Killed = true });
        Assert.False(_gates.Of(Key).IsOpen);

        _gates.CloseFor(on);
        Assert.False(_gates.Of(Key).IsOpen);

        _gates.Follow(on);
        Assert.True(_gates.Of(Key).IsOpen);
        _gates.CloseFor(on.WithSwitch(Key, false));
        Assert.False(_gates.Of(Key).IsOpen);
        Assert.True(_gates.Of(new ScenarioKey("password-lockout")).IsOpen);
        Assert.True(_gates.Service.IsOpen);
        _gates.CloseFor(on);
        Assert.False(_gates.Of(Key).IsOpen);
    }

    [Fact]
    [Proves("R-22")]
    public void Follow_StageObserve_ClosesTheScenario()
    {
        _gates.Follow(Walk.PlanOf([new PolicyOverride { Scenario = Key, Stage = Stage.Observe }], "checkout-failure"));
        Assert.False(_gates.Of(Key).IsOpen);
        _gates.Follow(Walk.PlanOf("checkout-failure"));
        Assert.True(_gates.Of(Key).IsOpen);
    }
}
