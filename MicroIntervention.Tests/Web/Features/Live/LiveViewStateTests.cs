using MicroIntervention.Engine.Decisions;
using MicroIntervention.Web.Features.Live;

namespace MicroIntervention.Tests.Web.Features.Live;

public sealed class LiveViewStateTests
{
    [Theory]
    [InlineData(null, null, "/live")]
    [InlineData(DecisionReason.CoolDown, null, "/live?reason=CoolDown")]
    [InlineData(DecisionReason.Chosen, "a&b", "/live?reason=Chosen&scenario=a%26b")]
    public void ToPath_ThenRead_IsTheSame(DecisionReason? reason, string? scenario, string path)
    {
        var state = new LiveViewState(reason, scenario);

        Assert.Equal(path, state.ToPath());
        Assert.Equal(state, LiveViewState.Read(reason?.ToString(), scenario));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("7")]
    [InlineData("13")]
    [InlineData("")]
    public void Read_UnknownReason_ShowsAll(string reason) => Assert.Equal(LiveViewState.All, LiveViewState.Read(reason, " "));
}
