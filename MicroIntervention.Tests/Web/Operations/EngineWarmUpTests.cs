using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Tests.Engine.Runtime;
using MicroIntervention.Tests.Engine.Scenarios;
using MicroIntervention.Web.Operations;

namespace MicroIntervention.Tests.Web.Operations;

public sealed class EngineWarmUpTests
{
    [Theory]
    [InlineData("checkout-failure")]
    [InlineData("password-lockout")]
    [InlineData("bench")]
    public async Task RunAsync_BuiltInPack_GoesAllTheWayToADecision(string pack)
    {
        var book = new PlanBook(PackFiles.Hash);
        var record = ControlCodec.Encode(new ControlRecord.Activate(EngineStage.SourceOf(pack), "", ""));
        var plan = book.Apply(Plan.Empty(PackFiles.Hash), record);

        Assert.True(await EngineWarmUp.RunAsync(plan, book, EngineStage.Parser, TimeProvider.System) > 0);
    }

    [Fact]
    public async Task RunAsync_NoPack_DoesNothing()
    {
        var book = new PlanBook(PackFiles.Hash);
        Assert.Equal(0, await EngineWarmUp.RunAsync(Plan.Empty(PackFiles.Hash), book, EngineStage.Parser, TimeProvider.System));
    }
}
