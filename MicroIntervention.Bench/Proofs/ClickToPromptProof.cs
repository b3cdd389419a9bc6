using System.Globalization;
using Microsoft.Playwright;

namespace MicroIntervention.Bench.Proofs;

/// <summary>In the demo shop a payment fails twice: from the second click to the prompt on screen, on the page's own clock, each time a visitor nobody has seen.</summary>
internal static class ClickToPromptProof
{
    // Begins at the click's own time stamp, ends in a task after the frame that first holds the panel with a size: it is painted then.
    private const string Watch = """
        addEventListener('click', e => { if (e.composedPath().some(n => n.id === 'pay')) window.paidAt = e.timeStamp; }, true);
        window.painted = new Promise(done => {
          const look = () => {
            const panel = document.querySelector('mi-prompt')?.shadowRoot?.querySelector('[role=dialog]');
            if (!panel || panel.getBoundingClientRect().height === 0) return requestAnimationFrame(look);
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => done(performance.now() - window.paidAt);
            port2.postMessage(0);
          };
          requestAnimationFrame(look);
        });
        """;

    /// <param name="settings">Of the server; default none.</param>
    public static async Task RunAsync(ProofRun run, int times, Dictionary<string, string>? settings = null)
    {
        using var folder = new ProofFolder();
        await using var server = await ServerProcess.StartAsync(folder, settings ?? [], "--demo");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await ChromiumProgram.LaunchAsync(playwright);
        var shown = new List<double>();
        for (var i = 1; i <= times; i++)
        {
            try
            {
                var milliseconds = await OnceAsync(browser, server.Url);
                shown.Add(milliseconds);
                run.Say(string.Create(CultureInfo.InvariantCulture, $"prompt {i} of {times}: {milliseconds:0.0} ms"));
            }
            catch (Exception problem) when (problem is TimeoutException or PlaywrightException)
            {
                run.Say($"prompt {i} of {times}: FAILED, {problem.Message}");
            }
        }

        run.Check(shown.Count == times, $"{shown.Count} of {times} visitors see the prompt after the second failed payment");
        if (shown.Count > 0)
        {
            var first = shown[0];
            shown.Sort();
            run.Figure($"click to prompt on screen, {shown.Count} fresh visitors on one server: median {shown[shown.Count / 2]:0} ms, worst {shown[^1]:0} ms (the first prompt after the start: {first:0} ms)");
        }
    }

    private static async Task<double> OnceAsync(IBrowser browser, Uri url)
    {
        await using var context = await ChromiumProgram.NewContextAsync(browser);
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync(Watch);
        await page.GotoAsync(new Uri(url, "/store?filled=1").ToString());
        await page.ClickAsync("#pay");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("declined");
        await page.ClickAsync("#pay");
        return await page.EvaluateAsync<double>("() => Promise.race([window.painted, new Promise((_, no) => setTimeout(() => no(new Error('no prompt within 10 s')), 10000))])");
    }
}
