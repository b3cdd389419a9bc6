using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Web.Features.Live;
using MicroIntervention.Tests.Web.Live;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Features.Live;
using MicroIntervention.Web.Features.Scenarios;
using MicroIntervention.Web.Features.Setup;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Tests.Web.Features;

/// <summary>Each page's main states: empty, with data, with a fault, and for a person without the right.</summary>
public sealed class PageStateTests
{
    private const string Evil = "<script>alert(1)</script>";
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Live_EmptyThenADecision_SaysWhatToDoThenTitlesAndOneSession()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var page = stage.Pages.Render<LivePage>();
        Assert.NotNull(page.Find(".feed .empty a"));

        stage.Get<LiveFeed>().OnDecision(LiveStage.Decide(1, DateTimeOffset.UtcNow));

        page.WaitForAssertion(() => Assert.Contains("Prompted", page.Find(".filters").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Contains("in 1 session", page.Find(".filters").TextContent, StringComparison.Ordinal);
        Assert.Equal("1 decision in 1 session", page.Find(".filters .chip[title]").GetAttribute("title"));
        Assert.DoesNotContain("in 1 sessions", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DecisionRow_KnownScenario_ShowsItsTitleNotItsKey()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var feed = new LiveFeed();
        var decision = LiveStage.Decide(1, Now);
        feed.OnDecision(decision);

        var row = stage.Pages.Render<DecisionRow>(p => p.Add(r => r.Line, DecisionLine.Of(feed.Find(decision.Id)!, LiveStage.Plan())));

        Assert.Equal("Checkout failure", row.Find("strong").TextContent);
    }

    [Fact]
    public async Task Session_ScriptTagsInEveryEventName_AreOnlyText()
    {
        var decision = (Decision.Intervene)LiveStage.Decide(1, Now.AddSeconds(1));
        var timeline = (SessionStage.Timeline(Now, 60, Evil, "Payment Declined") with { Decisions = [decision] })
            .WithReport(decision.Id, SignalKind.Shown, Now.AddSeconds(2))
            .WithReport(decision.Id, SignalKind.Dismissed, Now.AddSeconds(5));
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager, configure: services => services.AddSingleton<ISessionTimelines>(new OneTimeline(timeline)));

        var page = stage.Pages.Render<SessionPage>(p => p.Add(s => s.Visitor, SessionStage.Visitor.ToString()).Add(s => s.Session, SessionStage.Session.ToString()));

        page.WaitForElement("#prompts", TimeSpan.FromSeconds(10));
        Assert.Contains("&lt;script&gt;alert(1)", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("script"));
        Assert.Contains("the customer closed it", page.Find(".prompt").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll(".prompt ol li").Count);
        Assert.Equal("1000", page.Find("input[type=range]").GetAttribute("value"));
    }

    [Fact]
    public async Task Session_UnknownOrUnreadable_SaysWhatToDo()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager, configure: services => services.AddSingleton<ISessionTimelines>(new OneTimeline(null)));
        var unknown = stage.Pages.Render<SessionPage>(p => p.Add(s => s.Visitor, "nobody").Add(s => s.Session, Evil));
        unknown.WaitForElement(".empty a", TimeSpan.FromSeconds(10));
        Assert.Empty(unknown.FindAll("script"));

        await using var broken = await PageStage.StartAsync(ConsoleRole.Manager, configure: services => services.AddSingleton<ISessionTimelines>(new BrokenTimelines()));
        var page = broken.Pages.Render<SessionPage>(p => p.Add(s => s.Visitor, SessionStage.Visitor.ToString()).Add(s => s.Session, SessionStage.Session.ToString()));
        page.WaitForElement(".notice.bad", TimeSpan.FromSeconds(10));
    }

    [Fact]
    [Proves("R-20")]
    public async Task Policy_SomebodyElseSavedMeanwhile_ShowsTheDifferenceAndOverwritesOnlyWhenAsked()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var page = stage.Pages.Render<PolicyPage>(p => p.Add(s => s.Key, "checkout-failure"));
        page.WaitForElement("#threshold", TimeSpan.FromSeconds(10));
        var room = stage.Get<ControlRoom>();
        var pack = room.Packs.Single(candidate => candidate.Key.Value == "checkout-failure");
        var read = PolicyValues.Of(pack);
        await room.SaveAsync(pack, read, read with { Threshold = 75 }, "bob", Evil);

        page.Find("#threshold").Change("40");
        page.Find("form").Submit();

        page.WaitForElement("#overtaken", TimeSpan.FromSeconds(10));
        Assert.Contains("bob", page.Find("#overtaken").TextContent, StringComparison.Ordinal);
        Assert.Contains("60 points → 75 points", page.Find("#overtaken").TextContent, StringComparison.Ordinal);
        Assert.Equal(75, room.Packs.Single(candidate => candidate.Key == pack.Key).Policy.Threshold);
        Assert.Empty(page.FindAll("script"));

        page.FindAll("#overtaken button")[1].Click();
        page.WaitForElement(".notice.good", TimeSpan.FromSeconds(10));
        Assert.Equal(40, room.Packs.Single(candidate => candidate.Key == pack.Key).Policy.Threshold);

        // Down to the pack's own values there is always a way back.
        page.FindAll("ol li button")[^1].Click();
        page.WaitForAssertion(() => Assert.Equal(60, room.Packs.Single(candidate => candidate.Key == pack.Key).Policy.Threshold), TimeSpan.FromSeconds(10));
    }

    [Fact]
    [Proves("R-62")]
    public async Task Policy_StageAndBudgetChanged_AreInForceInTheHistoryAndSayWhatIsStillNeeded()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var page = stage.Pages.Render<PolicyPage>(p => p.Add(s => s.Key, "password-lockout"));
        page.WaitForElement("#stage-needs-card li", TimeSpan.FromSeconds(10));
        var room = stage.Get<ControlRoom>();

        // Nothing records reviews, contracts or labels: said to be not assessed, never met.
        Assert.Empty(page.FindAll("#stage-needs-card .tag.good"));
        Assert.Contains("not assessed", page.Find("#stage-needs-card").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("#ramp-share"));

        page.Find("#stage").Change(nameof(MicroIntervention.Engine.Decisions.Stage.Ramp));
        page.Find("#ramp-share").Change("30");
        page.Find("#bid").Change("6");
        page.Find("#per-week").Change("5");
        page.Find("#marks-bots").Change(false);
        page.Find("form").Submit();

        page.WaitForElement(".notice.good", TimeSpan.FromSeconds(10));
        var policy = room.Packs.Single(pack => pack.Key.Value == "password-lockout").Policy;
        Assert.Equal((MicroIntervention.Engine.Decisions.Stage.Ramp, 0.3, 6.0, 5, false), (policy.Stage, policy.RampShare, policy.Attention.Bid!.Value, policy.MaxPerWeek!.Value, policy.MarksBots));
        Assert.Contains("ramp, 30 % of the visitors", page.Find(".page-head").TextContent, StringComparison.Ordinal);
        Assert.Contains("0 of 1000", page.Find("#stage-needs-card").TextContent, StringComparison.Ordinal);

        // As the history keeps it, and back.
        Assert.Contains("Attention budget 4 → 6", page.Find("ol li.now").TextContent, StringComparison.Ordinal);
        Assert.Equal(PolicyValues.Of(room.Packs.Single(pack => pack.Key.Value == "password-lockout")), (await stage.Get<PolicyStore>().VersionsAsync("password-lockout", 5))[0].Values);
        page.FindAll("ol li button")[^1].Click();
        page.WaitForAssertion(() => Assert.Equal(MicroIntervention.Engine.Decisions.Stage.On, room.Packs.Single(pack => pack.Key.Value == "password-lockout").Policy.Stage), TimeSpan.FromSeconds(10));
        Assert.Equal(4, room.Packs.Single(pack => pack.Key.Value == "password-lockout").Policy.Attention.Bid);
    }

    [Fact]
    [Proves("R-21")]
    public async Task Session_AttentionBotAndAccuracy_AreShown()
    {
        var timeline = SessionStage.Timeline(DateTimeOffset.UnixEpoch, 60, "Page Viewed", "Payment Declined");
        var point = timeline.Points[^1];
        timeline = timeline with
        {
            Points = [.. timeline.Points.SkipLast(1), point with { AttentionSpent = 2.5, IsLikelyBot = true, Scores = [point.Scores[0] with { AttentionBid = 4, AttentionPrice = 2 }] }],
        };
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager, configure: services => services.AddSingleton<ISessionTimelines>(new OneTimeline(timeline)));
        var page = stage.Pages.Render<SessionPage>(p => p.Add(s => s.Visitor, SessionStage.Visitor.ToString()).Add(s => s.Session, SessionStage.Session.ToString()));

        page.WaitForElement("#attention", TimeSpan.FromSeconds(10));
        Assert.Equal("Attention: 2.5 of 4 spent, 1.5 left; its next prompt would cost 2.", page.Find("#attention").TextContent);
        Assert.Equal("likely bot", page.Find("#likely-bot").TextContent);
        Assert.NotEmpty(page.FindAll(".accuracy"));
    }

    [Fact]
    public async Task Policy_WithoutTheRightOrUnknown_MayOnlyLook()
    {
        await using var stage = await PageStage.StartAsync(role: null);
        var page = stage.Pages.Render<PolicyPage>(p => p.Add(s => s.Key, "checkout-failure"));
        page.WaitForElement("fieldset[disabled]", TimeSpan.FromSeconds(10));

        var unknown = stage.Pages.Render<PolicyPage>(p => p.Add(s => s.Key, Evil));
        Assert.NotNull(unknown.Find(".empty a"));
        Assert.Empty(unknown.FindAll("script"));
    }

    [Fact]
    [Proves("R-73")]
    public async Task People_AddedSwitchedOffAndTheLastAdmin_AreHandled()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Admin);
        await stage.Server.AddPersonAsync("ada", ConsoleRole.Admin);
        var page = stage.Pages.Render<PeoplePage>();
        page.WaitForElement("table", TimeSpan.FromSeconds(10));

        page.Find("#person-name").Change("bad name!");
        page.Find("form").Submit();
        page.WaitForElement(".notice.bad", TimeSpan.FromSeconds(10));
        page.Find("#person-name").Change("maya");
        page.Find("form").Submit();
        page.WaitForElement(".made pre", TimeSpan.FromSeconds(10));
        Assert.Contains("/account/invite?who=", page.Find(".made pre").TextContent, StringComparison.Ordinal);

        var people = stage.Get<People>();
        var ada = (await people.ListAsync()).Single(person => person.Name == "ada");
        Assert.Equal("People.FaultLastAdmin", (await people.SetActiveAsync(ada.Id, false, "maya")).Fault);
        Assert.Equal("People.FaultSelf", (await people.SetActiveAsync(ada.Id, false, "ada")).Fault);
    }

    [Fact]
    [Proves("R-73")]
    public async Task People_WithoutTheRight_ChangesNobody()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var page = stage.Pages.Render<PeoplePage>();
        page.WaitForElement("form", TimeSpan.FromSeconds(10));

        page.Find("#person-name").Change("eve");
        page.Find("form").Submit();

        Assert.Empty(page.FindAll(".made"));
        Assert.DoesNotContain(await stage.Get<People>().ListAsync(), person => person.Name == "eve");
    }

    [Fact]
    public async Task Webhooks_RefusedAllowedAndTried_SayWhatHappened()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Admin, demo: true);
        var page = stage.Pages.Render<WebhooksPage>();
        page.WaitForElement(".empty", TimeSpan.FromSeconds(10));

        page.Find("#hook-name").Change(Evil);
        page.Find("#hook-url").Change("http://192.168.0.1/hook");
        page.Find("form").Submit();
        page.WaitForElement(".notice.bad", TimeSpan.FromSeconds(10));

        // Nobody listens on the discard port.
        page.Find("#hook-url").Change("http://127.0.0.1:9/hook");
        page.Find("form").Submit();
        page.WaitForElement(".made pre", TimeSpan.FromSeconds(10));
        Assert.StartsWith("whsec_", page.Find(".made pre").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("script"));

        page.Find(".hook .push button").Click();
        page.WaitForAssertion(() => Assert.Contains("Nobody answered", page.Find(".hook .notice.bad").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.False(stage.Get<WebhookTester>().LatestOf(1)!.IsDelivered);
    }

    [Fact]
    public async Task Rejected_NoneThenAHostileOne_IsShownAsHarmlessText()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var page = stage.Pages.Render<RejectedPage>();
        page.WaitForElement(".empty a", TimeSpan.FromSeconds(10));

        await using (var db = await stage.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync())
        {
            db.RejectedSignals.AddRange(Enumerable.Range(0, 3).Select(i => new RejectedSignalRow
            {
                Source = 7,
                AtMs = Now.ToUnixTimeMilliseconds() + i,
                Reason = "unknown-type",
                Detail = "The type is not one of track, page, identify and screen.",
                Payload = [.. "{\"type\":\""u8, .. "<script>alert(1)</script>\u202e"u8, 0xff, 0x00],
            }));
            await db.SaveChangesAsync();
        }

        page.Find(".page-head button").Click();
        page.WaitForElement("details", TimeSpan.FromSeconds(10));
        Assert.Contains("3 ×", page.Find("summary").TextContent, StringComparison.Ordinal);
        Assert.Equal("{\"type\":\"<script>alert(1)</script>\\u{202e}\\xff\\u{0}", page.Find("pre").TextContent);
        Assert.Empty(page.FindAll("script"));
    }

    [Fact]
    public async Task Sources_KeyForAnyOrigin_WarnsAndAfterTheFirstSignalSaysWhatIsNext()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var made = await stage.Get<SourceStore>().CreateAsync(new NewSource("shop", SourceKind.Browser, []));
        var card = stage.Pages.Render<SourceKeyCard>(p => p.Add(c => c.Created, made));
        Assert.NotNull(card.Find(".notice.warn"));
        Assert.Empty(card.FindAll(".next"));

        stage.Get<SourceActivity>().Note(made.Source.Number);

        card.WaitForElement(".next a[href='/live']", TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(SourceKind.Browser, "@segment/analytics-next", "@rudderstack/analytics-js", "posthog-js")]
    [InlineData(SourceKind.Server, "@segment/analytics-node", "@rudderstack/rudder-sdk-node", "posthog-node", "CloudEvents 1.0")]
    public async Task Sources_Key_ShowsHowEachSdkIsPointedHere(SourceKind kind, params string[] sdks)
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var made = await stage.Get<SourceStore>().CreateAsync(new NewSource("shop", kind, []));
        var card = stage.Pages.Render<SourceKeyCard>(p => p.Add(c => c.Created, made));

        Assert.Equal(sdks, card.FindAll(".sdks h3").Select(h => h.TextContent));
        Assert.All(card.FindAll(".sdks pre"), code => Assert.Contains(made.Key, code.TextContent, StringComparison.Ordinal));
    }

    private sealed class OneTimeline(SessionTimeline? timeline) : ISessionTimelines
    {
        public Task<SessionTimeline?> ReadAsync(MicroIntervention.Engine.Primitives.VisitorId visitor, MicroIntervention.Engine.Primitives.SessionId session, CancellationToken cancel) => Task.FromResult(timeline);
    }

    private sealed class BrokenTimelines : ISessionTimelines
    {
        public Task<SessionTimeline?> ReadAsync(MicroIntervention.Engine.Primitives.VisitorId visitor, MicroIntervention.Engine.Primitives.SessionId session, CancellationToken cancel) => throw new IOException("unreadable");
    }
}
