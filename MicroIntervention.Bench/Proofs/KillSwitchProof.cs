using System.Net;
using Microsoft.Playwright;

namespace MicroIntervention.Bench.Proofs;

/// <summary>Prompts are queued for a slow receiver; a manager throws the kill switch on the page: from its answer on, no send starts.</summary>
internal static class KillSwitchProof
{
    private const int EventsPerRequest = 100;

    // 16 senders at most, so about 80 prompts a second: the queue stands for many seconds.
    private static readonly TimeSpan ReceiverTakes = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan OnTheWire = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchAfter = TimeSpan.FromSeconds(4);

    /// <param name="prompts">How many wait when the switch is thrown, about.</param>
    public static async Task RunAsync(ProofRun run, int prompts)
    {
        await using var receiver = await HookReceiver.StartAsync(ReceiverTakes);
        using var folder = new ProofFolder();
        var key = await folder.CreateKeyAsync();
        await folder.AllowWebhookAsync(receiver.Url);

        // The prompts must still be in time when the switch is thrown: with the budget of 300 ms they would end by themselves.
        await using var server = await ServerProcess.StartAsync(folder, ServerProcess.Patient, "--demo");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await ChromiumProgram.LaunchAsync(playwright);
        await using var context = await ChromiumProgram.NewContextAsync(browser);
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Open.ToString());
        await page.GotoAsync(new Uri(server.Url, "/live").ToString());
        var stop = page.GetByRole(AriaRole.Button, new() { Name = "Stop all prompts" }).First;

        // The dialog opens only once the page is live.
        await page.WaitForFunctionAsync("() => window.Blazor && document.querySelector('h1')");
        var sent = await DeclineAsync(server.Url, key, prompts);
        run.Say($"{sent} visitors whose payment failed twice; {receiver.Calls.Count} prompts at the receiver so far");
        var confirm = page.Locator("[role=dialog] button, .rz-dialog button", new() { HasText = "Stop all prompts" });
        for (var tries = 0; !await confirm.IsVisibleAsync() && tries < 50; tries++)
        {
            await stop.ClickAsync();
            await Task.Delay(100);
        }

        var before = receiver.Calls.Count;
        await page.EvaluateAsync("""
            () => { window.answered = new Promise(done => {
              const look = () => [...document.querySelectorAll('button')].some(b => b.textContent.includes('Resume prompts')) && done(performance.timeOrigin + performance.now());
              new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true }); look(); }); }
            """);
        await confirm.ClickAsync();
        var answered = DateTimeOffset.UnixEpoch.AddMilliseconds(await page.EvaluateAsync<double>("() => window.answered"));
        await Task.Delay(WatchAfter);

        var calls = receiver.Calls.Select(call => call.Began).Order().ToList();
        var onTheWire = calls.Count(began => began > answered && began <= answered + OnTheWire);
        var after = calls.Count(began => began > answered + OnTheWire);
        var queued = sent - calls.Count;
        run.Check(queued >= sent / 4 && before > 0, $"{sent} prompts decided, {calls.Count} had begun to be sent, {queued} were still queued");
        run.Check(onTheWire <= 16, $"{onTheWire} requests began in the second after the answer (on the wire: at most one for each of 16 senders)");
        run.Check(after == 0, $"{after} requests began later than that, of {queued} queued, in {WatchAfter.TotalSeconds} s");
        run.Check(calls.Count == receiver.Calls.Select(call => call.Id).Distinct().Count(), $"{calls.Count} prompts received, each under an id of its own");
        run.Figure($"kill switch with {queued:N0} prompts queued: {onTheWire} requests began after its answer, the last one {(calls.Count == 0 ? 0 : (calls[^1] - answered).TotalMilliseconds):0} ms from it (negative: before)");
    }

    /// <summary>Two failed payments of as many visitors as prompts are wanted.</summary>
    private static async Task<int> DeclineAsync(Uri url, string key, int prompts)
    {
        using var door = new DoorClient(url, key);
        for (var first = 0; first < prompts; first += EventsPerRequest)
        {
            var visitors = Enumerable.Range(first, Math.Min(EventsPerRequest, prompts - first)).ToList();
            var events = visitors.SelectMany(visitor => Enumerable.Range(1, 2).Select(time => DoorClient.Event($"{visitor}-{time}", $"visitor-{visitor}", "Payment Declined"))).ToList();
            if (await door.SendAsync(events) is not HttpStatusCode.OK)
            {
                throw new InvalidOperationException("The door did not take the events.");
            }
        }

        return prompts;
    }
}
