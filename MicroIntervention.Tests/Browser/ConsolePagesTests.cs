using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Tests.Web;
using MicroIntervention.Tests.Web.Live;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Browser;

/// <summary>The console in a real browser: no script errors, no sideways scrolling, and the live page follows what happens.</summary>
/// <remarks>With the environment variable MI_SHOTS set to a folder, every page is photographed there.</remarks>
[Collection(BrowserCollection.Name)]
public sealed class ConsolePagesTests(ChromiumFixture chromium)
{
    private static readonly string[] Pages = ["/welcome", "/live", "/live?reason=CoolDown", "/setup/sources", "/setup/rejected", "/scenarios", "/scenarios/checkout-failure", "/scenarios/password-lockout"];

    [ChromiumFact]
    public async Task Pages_WideAndNarrowLightAndDark_FitAndRunWithoutErrors()
    {
        await using var server = await StageAsync();
        var faults = new List<string>();
        foreach (var (width, height, dark) in new[] { (1440, 900, false), (390, 844, true), (390, 844, false), (1440, 900, true) })
        {
            await using var context = await chromium.NewContextAsync(width, height, dark);
            var page = await context.NewPageAsync();
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                {
                    faults.Add($"{page.Url}: {message.Text}");
                }
            };
            page.PageError += (_, error) => faults.Add($"{page.Url}: {error}");
            await page.GotoAsync(new Uri(server.Url, "/welcome?code=" + await server.WelcomeCodeAsync()).ToString());
            foreach (var path in Pages)
            {
                await page.GotoAsync(new Uri(server.Url, path).ToString());
                await ReadyAsync(page);
                var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
                if (wide > width)
                {
                    faults.Add($"{path} at {width}: {wide} wide");
                }

                await ShootAsync(page, path, width, dark);
            }
        }

        Assert.Empty(faults);
    }

    [ChromiumFact]
    public async Task Live_NewDecision_AppearsWithoutReload()
    {
        await using var server = await StageAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await SignedInAsync(server, context);
        await page.GotoAsync(new Uri(server.Url, "/live?reason=QuietHours").ToString());
        await ReadyAsync(page);
        await Assertions.Expect(page.GetByText("No decision matches this filter")).ToBeVisibleAsync();

        server.Services.GetRequiredService<LiveFeed>().OnDecision(LiveStage.Decide(900, DateTimeOffset.UtcNow, DecisionReason.QuietHours));

        await Assertions.Expect(page.GetByText("quiet hours where the customer is")).ToBeVisibleAsync();
    }

    [ChromiumFact]
    [Proves("R-22")]
    public async Task KillSwitch_Confirmed_ReachesTheEngineAndCanBeUndone()
    {
        var controls = new FakeControls();
        await using var server = await StageAsync(controls);
        await using var context = await chromium.NewContextAsync();
        var page = await SignedInAsync(server, context);
        await page.GotoAsync(new Uri(server.Url, "/live").ToString());
        await ReadyAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop all prompts" }).ClickAsync();
        await page.Locator(".rz-dialog button", new() { HasText = "Stop all prompts" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume prompts" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Stop all prompts" })).ToBeVisibleAsync();

        Assert.Equal(["demo-manager: kill", "demo-manager: unkill"], controls.Acts);
    }

    [ChromiumFact]
    [Proves("R-12")]
    [Proves("R-24")]
    public async Task Session_TwoDeclinedPayments_ShowsWhyItFiredAndAddsUpExactly()
    {
        await using var server = await ConsoleServer.StartAsync(demo: true);
        var made = await server.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource("test shop", SourceKind.Browser, []));
        await DeclineTwiceAsync(server, made.Key);
        await using var context = await chromium.NewContextAsync();
        var page = await SignedInAsync(server, context);
        await page.GotoAsync(new Uri(server.Url, "/live").ToString());
        await page.GetByRole(AriaRole.Listitem).First.ClickAsync();

        await Assertions.Expect(page.Locator("#adds-up")).ToHaveTextAsync("adds up exactly");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Payment Declined" })).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".why")).ToContainTextAsync("≥ 60");
        await ShootAsync(page, "/session", 1440, false);
        await page.GetByRole(AriaRole.Button, new() { Name = "Previous signal" }).ClickAsync();
        await Assertions.Expect(page.Locator(".why")).ToContainTextAsync("below the threshold");
        await Assertions.Expect(page.Locator("#adds-up")).ToHaveTextAsync("adds up exactly");
        await page.SetViewportSizeAsync(390, 844);
        await ShootAsync(page, "/session", 390, false);

        await page.GotoAsync(new Uri(server.Url, "/setup/sources").ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "test shop" }).GetByText("signals arrive")).ToBeVisibleAsync();
    }

    private static async Task DeclineTwiceAsync(ConsoleServer server, string key)
    {
        using var client = server.NewClient();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/track");
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
            request.Content = new StringContent(
                $$"""{"type":"track","anonymousId":"a-visitor","messageId":"decline-{{i}}","event":"Payment Declined","properties":{"amount":20,"currency":"EUR","error_code":"card_declined"} }""",
                Encoding.UTF8,
                "application/json");
            using var answer = await client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    internal static async Task ReadyAsync(IPage page)
    {
        // Marked by the circuit's first call into the page; leaving before it would cut a connection that is being made, which browsers log as an error.
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.circuit && document.querySelector('h1') && !document.querySelector('.loading-bar')");
    }

    internal static async Task ShootAsync(IPage page, string path, int width, bool dark)
    {
        if (Environment.GetEnvironmentVariable("MI_SHOTS") is { Length: > 0 } folder)
        {
            var name = string.Concat(path.Select(letter => char.IsLetterOrDigit(letter) ? letter : '_'));
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name[..Math.Min(name.Length, 40)]}-{width}{(dark ? "-dark" : "")}.png") });
        }
    }

    private static async Task<IPage> SignedInAsync(ConsoleServer server, IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(server.Url, "/welcome?code=" + await server.WelcomeCodeAsync()).ToString());
        return page;
    }

    /// <summary>A server without an engine whose feed holds a morning's decisions.</summary>
    private static async Task<ConsoleServer> StageAsync(FakeControls? controls = null)
    {
        var server = await ConsoleServer.StartAsync(demo: true, configure: services =>
        {
            services.AddSingleton<IEngineControls>(controls ?? new FakeControls());
            services.AddSingleton(new EngineView(LiveStage.Plan, () => null));
        });
        var feed = server.Services.GetRequiredService<LiveFeed>();
        var reasons = new[] { DecisionReason.Chosen, DecisionReason.CoolDown, DecisionReason.Chosen, DecisionReason.Observing, DecisionReason.SessionCap, DecisionReason.OptedOut };
        for (var i = 0; i < 120; i++)
        {
            feed.OnDecision(LiveStage.Decide(i, DateTimeOffset.UtcNow.AddSeconds((i - 120) * 7), reasons[i % reasons.Length], i % 4 == 0 ? [2, 0, 1] : null, test: i == 117));
        }

        return server;
    }
}
