using Bunit;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Features.Live;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Features.Live;

[Proves("R-06")]
public sealed class ProfileCardTests
{
    private static readonly VisitorId Customer = new(new Hash128(0xc0de000000000000, 1));

    [Fact]
    public async Task Card_NobodyInParticular_SaysSoAndAsksForTheId()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var card = stage.Pages.Render<ProfileCard>(p => p.Add(c => c.Visitor, SessionStage.Visitor));

        card.WaitForElement("#profile-user", TimeSpan.FromSeconds(10));
        Assert.True(card.Find("form button").HasAttribute("disabled"));
        card.Find("#profile-user").Input("u-1");
        Assert.False(card.Find("form button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Card_WithoutTheRight_ShowsNoAct()
    {
        await using var stage = await PageStage.StartAsync(role: null);
        var card = stage.Pages.Render<ProfileCard>(p => p.Add(c => c.Visitor, SessionStage.Visitor).Add(c => c.Link, Link()));

        Assert.DoesNotContain(card.FindAll("button"), b => b.TextContent.Contains("somebody else", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_IsNotedInTheAuditLog()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var card = stage.Pages.Render<ProfileCard>(p => p.Add(c => c.Visitor, SessionStage.Visitor).Add(c => c.Link, Link()));
        Assert.DoesNotContain("Opted out", card.Markup, StringComparison.Ordinal);

        card.FindAll("button")[0].Click();

        card.WaitForState(() => card.Markup.Contains("Opted out", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Contains(await stage.Get<AuditLog>().NewestAsync(3), e => e.Who == "ada" && e.Target.StartsWith("profile of visitor", StringComparison.Ordinal));
    }

    private static CustomerLink Link() => new(Customer, new Moment(1_795_000_000_000), new CustomerWishes(true, ConsentState.Unknown));
}
