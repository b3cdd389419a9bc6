using System.Text.Json;
using Microsoft.Playwright;

namespace MicroIntervention.Tests.Browser;

/// <summary>The prompt on the customer's screen: once, in time, in one tab, usable without a mouse.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PromptJourneys(ChromiumFixture chromium)
{
    private const string Dialog = "mi-prompt [role=dialog]";
    private static int _decisions;

    [ChromiumFact, Proves("R-13"), Proves("R-30")]
    public async Task Prompt_AfterAPayment_IsShownTimedAndAnswered()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        server.Script = OnPayment();
        var page = await OpenAsync(context, server);
        await page.EvaluateAsync("() => { window.moments = []; for (const k of ['prompt','shown','accepted']) mi.on(k, d => moments.push([k, d.choice ?? d.scenario])); }");
        await page.ClickAsync("#pay");
        var dialog = page.Locator(Dialog);
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("I see the payment isn't going through.");
        await Assertions.Expect(dialog).ToContainTextAsync("This is an automated message.");
        await Assertions.Expect(page.Locator("mi-prompt [role=status]")).ToContainTextAsync("Would you like to try another card");
        await page.ClickAsync("mi-prompt button:text-is('Try another card')");
        await Assertions.Expect(dialog).ToContainTextAsync("Was this helpful?");
        await page.ClickAsync("mi-prompt button:text-is('Yes')");
        await Assertions.Expect(dialog).ToContainTextAsync("Thank you.");
        await ShopServer.UntilAsync(() => server.Feedback.Count == 3, "three reports");

        Assert.Equal(["shown", "accepted", "helpful"], server.FeedbackKinds);
        Assert.InRange(server.Feedback[0].GetProperty("signalToPaintMs").GetInt32(), 1, 3000);
        Assert.Equal("other-method", server.Feedback[1].GetProperty("choice").GetString());
        Assert.Equal("""[["prompt","checkout-failure"],["shown","checkout-failure"],["accepted","other-method"]]""", await page.EvaluateAsync<string>("() => JSON.stringify(moments)"));
    }

    [ChromiumFact, Proves("R-32")]
    public async Task Prompt_TalkToAPerson_EndsItAndShowsTheContactLine()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        server.Script = OnPayment();
        var page = await OpenAsync(context, server);
        await page.ClickAsync("#pay");
        await page.ClickAsync("mi-prompt button:text-is('Talk to a person')");
        await Assertions.Expect(page.Locator(Dialog)).ToContainTextAsync("You can reach us at help@example.com.");
        await page.ClickAsync("mi-prompt >> [aria-label=Close]");
        await Assertions.Expect(page.Locator("mi-prompt")).ToHaveCountAsync(0);
        await ShopServer.UntilAsync(() => server.Feedback.Count == 2, "two reports");
        Assert.Equal(["shown", "person"], server.FeedbackKinds);
    }

    [ChromiumFact]
    public async Task Prompt_KeyboardOnly_FocusStaysUntilAskedGoesInAndReturns()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        server.Script = OnPayment();
        var page = await OpenAsync(context, server);
        await page.FocusAsync("#zip");
        await page.EvaluateAsync("() => mi.track('Payment Declined')");
        await Assertions.Expect(page.Locator(Dialog)).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("12345");
        Assert.Equal("12345", await page.InputValueAsync("#zip"));

        await page.Keyboard.PressAsync("F6");
        Assert.Equal("MI-PROMPT", await ActiveTagAsync(page));
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Try another card", await ActiveTextAsync(page));
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Talk to a person", await ActiveTextAsync(page));
        await page.Keyboard.PressAsync("F6");
        Assert.Equal("INPUT", await ActiveTagAsync(page));
        await page.Keyboard.PressAsync("F6");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("mi-prompt")).ToHaveCountAsync(0);
        Assert.Equal("INPUT", await ActiveTagAsync(page));
        await ShopServer.UntilAsync(() => server.Feedback.Count == 2, "two reports");
        Assert.Equal(["shown", "dismissed"], server.FeedbackKinds);
    }

    [ChromiumFact]
    public async Task Prompt_EscapeFromThePage_Dismisses()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        server.Script = OnPayment();
        var page = await OpenAsync(context, server);
        await page.ClickAsync("#pay");
        await Assertions.Expect(page.Locator(Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("mi-prompt")).ToHaveCountAsync(0);
        await ShopServer.UntilAsync(() => server.FeedbackKinds.Contains("dismissed"), "the report");
    }

    [ChromiumFact, Proves("R-13")]
    public async Task Prompt_ArrivesLate_IsWithheldAndReported()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        server.Script = signal => IsPayment(signal) ? [ShopServer.Prompt(NewDecision(), MessageId(signal), lateAfterMs: 0)] : [];
        var page = await OpenAsync(context, server);
        await page.ClickAsync("#pay");
        await ShopServer.UntilAsync(() => server.Feedback.Count == 1, "the report");
        Assert.Equal(["late"], server.FeedbackKinds);
        Assert.Equal(0, await page.Locator("mi-prompt").CountAsync());
    }

    [ChromiumFact, Proves("R-81")]
    public async Task Prompt_SentAgainUnderTheSameId_IsShownOnceAlsoAfterReload()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server);
        var prompt = ShopServer.Prompt(NewDecision(), null);
        server.Push(prompt);
        server.Push(prompt);
        await Assertions.Expect(page.Locator(Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("mi-prompt")).ToHaveCountAsync(0);
        server.Push(prompt);
        server.EndStreams();
        await ShopServer.UntilAsync(() => server.StreamsOpened == 2 && server.OpenStreams == 1, "the stream after a clean end");
        server.Push(prompt);
        await ShopServer.UntilAsync(() => server.FeedbackKinds.Contains("dismissed"), "the reports of the first showing");
        await page.ReloadAsync();
        await ShopServer.UntilAsync(() => server.StreamsOpened == 3 && server.OpenStreams == 1, "the stream of the reloaded page");
        server.Push(prompt);
        server.Push(ShopServer.Prompt(NewDecision(), null, offer: "A second one"));
        await Assertions.Expect(page.Locator(Dialog)).ToContainTextAsync("A second one");
        await ShopServer.UntilAsync(() => server.FeedbackKinds.Count(k => k == "shown") == 2, "the second report");
        Assert.Equal(["shown", "dismissed", "shown"], server.FeedbackKinds);
    }

    [ChromiumFact, Proves("R-21")]
    public async Task Prompt_TwoTabs_OneStreamAndShownWhereItHappened()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        server.Script = OnPayment();
        var first = await OpenAsync(context, server);
        var second = await context.NewPageAsync();
        await second.GotoAsync(server.Url + "/t/plain");
        await second.WaitForFunctionAsync("() => window.mi && window.mi.version");
        await second.ClickAsync("#pay");
        await Assertions.Expect(second.Locator(Dialog)).ToBeVisibleAsync();
        Assert.Equal(1, server.StreamsOpened);

        // A second prompt while one is open waits for its turn.
        server.Push(ShopServer.Prompt(NewDecision(), null, offer: "The other one", lateAfterMs: 8000));
        await Task.Delay(300);
        Assert.Equal(1, await first.Locator("mi-prompt").CountAsync() + await second.Locator("mi-prompt").CountAsync());
        await second.Keyboard.PressAsync("Escape");
        await ShopServer.UntilAsync(() => server.FeedbackKinds.Count(k => k == "shown") == 2, "the second prompt");
        Assert.Equal(1, await first.Locator("mi-prompt").CountAsync() + await second.Locator("mi-prompt").CountAsync());

        // The tab that held the stream goes; the other takes over.
        await first.CloseAsync();
        await ShopServer.UntilAsync(() => server.StreamsOpened == 2 && server.OpenStreams == 1, "the stream's new owner");
    }

    [ChromiumFact]
    public async Task Prompt_MarkupInEveryText_IsTextOnly()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server);
        const string evil = "<script>window.hacked=1</script><img src=x onerror='window.hacked=2'>";
        server.Push($"id: {NewDecision()}\nevent: prompt\ndata: " + JsonSerializer.Serialize(new
        {
            decisionId = NewDecision(),
            scenario = evil,
            title = evil,
            acknowledge = evil,
            offer = evil,
            automatedNotice = evil,
            contact = evil,
            locale = evil,
            texts = new { close = evil, keys = evil, helpful = evil, yes = evil },
            choices = new[] { new { id = evil, label = evil, action = "person" } },
        }) + "\n\n");
        await Assertions.Expect(page.Locator(Dialog)).ToContainTextAsync("<script>window.hacked=1</script>");
        await page.ClickAsync("mi-prompt .c button");
        await Assertions.Expect(page.Locator(Dialog)).ToContainTextAsync("onerror");
        Assert.Equal(0, await page.EvaluateAsync<int>("() => window.hacked ?? 0"));
        Assert.Equal(0, await page.Locator("mi-prompt img, mi-prompt script").CountAsync());
    }

    [ChromiumFact, Proves("R-22")]
    public async Task Withdraw_AllPrompts_TheOpenOneGoes()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server);
        server.Push(ShopServer.Prompt(NewDecision(), null));
        await Assertions.Expect(page.Locator(Dialog)).ToBeVisibleAsync();
        server.Push("event: withdraw\ndata: {\"all\":true}\n\n");
        await Assertions.Expect(page.Locator("mi-prompt")).ToHaveCountAsync(0);
        await Task.Delay(200);
        Assert.Equal(["shown"], server.FeedbackKinds);
    }

    private static Func<JsonElement, IEnumerable<string>> OnPayment() =>
        signal => IsPayment(signal) ? [ShopServer.Prompt(NewDecision(), MessageId(signal))] : [];

    private static bool IsPayment(JsonElement signal) => signal.TryGetProperty("event", out var name) && name.GetString() == "Payment Declined";

    private static string MessageId(JsonElement signal) => signal.GetProperty("messageId").GetString()!;

    private static string NewDecision() => Interlocked.Increment(ref _decisions).ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    private static Task<string> ActiveTagAsync(IPage page) => page.EvaluateAsync<string>("() => document.activeElement.tagName");

    private static Task<string> ActiveTextAsync(IPage page) => page.EvaluateAsync<string>("() => document.activeElement.shadowRoot.activeElement.textContent");

    private static async Task<IPage> OpenAsync(IBrowserContext context, ShopServer server)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Url + "/t/plain");
        await ShopServer.UntilAsync(() => server.OpenStreams > 0, "the stream");
        return page;
    }
}
