using System.Diagnostics;
using Microsoft.Playwright;

namespace MicroIntervention.Bench.Proofs;

/// <summary>Fresh folder after fresh folder: from "listening" to the first prompt on screen, by clicks in a real browser.</summary>
internal static class FirstRunProof
{
    private const int MostClicks = 4;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    /// <param name="settings">Of the server; default none, as the README starts it.</param>
    public static async Task RunAsync(ProofRun run, int times, Dictionary<string, string>? settings = null)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await ChromiumProgram.LaunchAsync(playwright);
        var reached = 0;
        var seconds = new List<double>();
        for (var i = 1; i <= times; i++)
        {
            try
            {
                var (clicks, took) = await OnceAsync(browser, settings ?? []);
                seconds.Add(took.TotalSeconds);
                reached += clicks <= MostClicks && took <= MostTime ? 1 : 0;
                run.Say($"first run {i} of {times}: {took.TotalSeconds:0.00} s, {clicks} clicks");
            }
            catch (Exception problem) when (problem is TimeoutException or PlaywrightException or InvalidOperationException)
            {
                run.Say($"first run {i} of {times}: FAILED, {problem.Message}");
            }
        }

        run.Check(reached == times, $"{reached} of {times} fresh folders reach the first prompt within {MostTime.TotalSeconds} s and {MostClicks} clicks");
        if (seconds.Count > 0)
        {
            seconds.Sort();
            run.Figure($"first run: {reached} of {times} fresh databases, from \"listening\" to the prompt on screen and its sentence: median {seconds[seconds.Count / 2]:0.0} s, worst {seconds[^1]:0.0} s, {MostClicks} clicks");
        }
    }

    private static async Task<(int Clicks, TimeSpan Took)> OnceAsync(IBrowser browser, Dictionary<string, string> settings)
    {
        using var folder = new ProofFolder();
        await using var server = await ServerProcess.StartAsync(folder, settings, "--demo");
        await using var context = await ChromiumProgram.NewContextAsync(browser);
        var page = await context.NewPageAsync();
        try
        {
            return (await ClickThroughAsync(page, server.Open), Stopwatch.GetElapsedTime(server.ListeningAt));
        }
        catch (Exception problem) when (problem is TimeoutException or PlaywrightException)
        {
            // What was on screen says more than what was waited for.
            var text = await page.EvaluateAsync<string>("() => document.body.innerText");
            throw new InvalidOperationException($"at {page.Url}: {problem.Message} On screen: {text.ReplaceLineEndings(" / ")} Server: {server.Printed.ReplaceLineEndings(" / ")}", problem);
        }
    }

    private static async Task<int> ClickThroughAsync(IPage page, Uri open)
    {
        var clicks = 0;

        // The first click is the one on the link in the terminal.
        clicks++;
        await page.GotoAsync(open.ToString());

        async Task ClickAsync(ILocator what)
        {
            clicks++;
            await what.ClickAsync();
        }

        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Be the customer" }).Or(page.Locator("a[href='/welcome/customer']")).First);
        var shop = page.FrameLocator("iframe");
        await ClickAsync(shop.Locator("#pay"));
        await Assertions.Expect(shop.Locator("[role=alert]")).ToContainTextAsync("declined");
        await ClickAsync(shop.Locator("#pay"));
        await Assertions.Expect(shop.Locator("mi-prompt [role=dialog]")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(page.Locator(".sentence").First).ToContainTextAsync("60", new() { Timeout = 30_000 });
        return clicks;
    }
}
