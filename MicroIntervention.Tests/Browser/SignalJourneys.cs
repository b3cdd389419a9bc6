using Microsoft.Playwright;

namespace MicroIntervention.Tests.Browser;

/// <summary>What mi.js sends, and what it must not.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SignalJourneys(ChromiumFixture chromium)
{
    [ChromiumFact, Proves("R-01"), Proves("R-02")]
    public async Task Page_VisitedClickedAndMisfilled_SignalsArriveInTheContractsShape()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server, "queued");
        await page.ClickAsync("#go");
        await page.ClickAsync("#pay", new PageClickOptions { ClickCount = 3, Delay = 20 });
        await page.EvaluateAsync("() => document.getElementById('zip').setAttribute('aria-invalid', 'true')");
        await ShopServer.UntilAsync(() => server.Events("Field Error").Any() && server.Events("Rage Clicked").Any() && server.Events("Element Clicked").Count() == 4 && server.Events("Payment Declined").Count() == 3, "clicks, payments and field error");

        var first = server.Signals.First(s => s.GetProperty("type").GetString() == "page");
        var about = first.GetProperty("context");
        Assert.Equal("/t/queued", about.GetProperty("page").GetProperty("path").GetString());
        Assert.Equal("Europe/Berlin", about.GetProperty("timezone").GetString());
        Assert.Equal("en-GB", about.GetProperty("locale").GetString());
        Assert.False(about.TryGetProperty("gpc", out _));
        Assert.Equal("zip", server.Events("Field Error").First().GetProperty("properties").GetProperty("field").GetString());
        var click = server.Events("Element Clicked").Last().GetProperty("properties");
        Assert.Equal(("button#pay", "Pay now"), (click.GetProperty("element").GetString(), click.GetProperty("label").GetString()));
        Assert.Equal(3, server.Events("Rage Clicked").Single().GetProperty("properties").GetProperty("clicks").GetInt32());
        Assert.Equal(3, server.Events("Payment Declined").Count());
        Assert.Single(server.Events("Before Load"));
        Assert.Equal("u-1", server.Events("Payment Declined").First().GetProperty("userId").GetString());
        Assert.Single(server.Signals.Select(s => s.GetProperty("anonymousId").GetString()).Distinct());
    }

    [ChromiumFact, Proves("R-05")]
    public async Task Track_OfflineThenBack_EachSignalArrivesOnce()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server, "plain");
        await context.SetOfflineAsync(true);
        for (var i = 0; i < 20; i++)
        {
            await page.EvaluateAsync("i => mi.track('Offline ' + i)", i);
        }

        await page.WaitForFunctionAsync("() => Object.keys(localStorage).some(k => k.startsWith('mi.q.') && localStorage[k].includes('Offline 19'))");
        Assert.Empty(server.Events("Offline 0"));
        await context.SetOfflineAsync(false);
        await ShopServer.UntilAsync(() => server.Events("Offline 19").Any(), "the queue after the network returned");
        for (var i = 0; i < 20; i++)
        {
            Assert.Single(server.Events($"Offline {i}"));
        }

        await page.WaitForFunctionAsync("() => !Object.keys(localStorage).some(k => k.startsWith('mi.q.'))");
    }

    [ChromiumFact, Proves("R-05")]
    public async Task Track_PageClosedWhileOffline_TheNextPageDeliversIt()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server, "plain");
        await context.SetOfflineAsync(true);
        await page.EvaluateAsync("() => mi.track('Left Behind')");
        await page.CloseAsync(new PageCloseOptions { RunBeforeUnload = false });
        await context.SetOfflineAsync(false);
        await OpenAsync(context, server, "plain");
        await ShopServer.UntilAsync(() => server.Events("Left Behind").Any(), "what the closed page left");
        Assert.Single(server.Events("Left Behind"));
    }

    [ChromiumFact, Proves("R-05")]
    public async Task Track_PageLeftAtOnce_LastSignalsGoAsBeacon()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server, "plain");

        // The call's own answer may be lost with the page it came from, and then never comes: what arrives at the server is the answer.
        var leaving = page.EvaluateAsync("() => { document.getElementById('zip').click(); location.href = 'about:blank'; }");
        await ShopServer.UntilAsync(() => server.Events("Element Clicked").Any(), "the beacon");
        _ = leaving.ContinueWith(left => left.Exception, TaskScheduler.Default);
    }

    [ChromiumFact, Proves("R-05")]
    public async Task Track_Server429_WaitsAsToldAndSendsTheSameMessageOnce()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server, "plain");

        // The page's own first request must be over, or it would be the one that is refused or counted.
        await ShopServer.UntilAsync(() => server.Batches > 0, "the page view");
        server.Refusals.Enqueue((429, 2));
        var before = server.Batches;

        // The second signal waits only once the page knows of the refusal; before that it rightly leaves at once, in a request of its own.
        await page.EvaluateAsync("""
            async () => {
              const real = window.fetch;
              await new Promise(refused => {
                window.fetch = async (...call) => {
                  if (window.toldAt && !window.againAt) window.againAt = performance.now();
                  const answer = await real(...call);
                  if (answer.status === 429) {
                    window.toldAt = performance.now();
                    setTimeout(refused);
                  }
                  return answer;
                };
                mi.track('Busy');
              });
              mi.track('Busy Too');
            }
            """);
        await ShopServer.UntilAsync(() => server.Events("Busy Too").Any() && server.Events("Busy").Any(), "the second try");
        Assert.Single(server.Events("Busy"));
        Assert.Equal(before + 2, server.Batches);
        Assert.InRange(await page.EvaluateAsync<double>("() => againAt - toldAt"), 2000, double.MaxValue);
    }

    [ChromiumFact, Proves("R-71")]
    public async Task OptOut_OneLastSignalThenSilenceInEveryTab_UntilOptIn()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server, "plain");
        var other = await context.NewPageAsync();
        await other.GotoAsync(server.Url + "/t/plain");
        await other.WaitForFunctionAsync("() => window.mi && window.mi.version");
        await page.EvaluateAsync("() => mi.optOut()");
        await ShopServer.UntilAsync(() => server.Events("Opted Out").Any() && server.OpenStreams == 0, "the last signal, the stream's end");
        var after = server.Signals.Count;

        await page.EvaluateAsync("() => { mi.track('No'); mi.identify('u'); mi.page('x'); mi.optOut(); document.getElementById('pay').click(); }");
        await other.EvaluateAsync("() => { mi.track('No'); document.getElementById('pay').click(); }");
        await page.ReloadAsync();
        await page.WaitForFunctionAsync("() => window.mi && window.mi.version");
        await page.ClickAsync("#pay");
        await Task.Delay(1500);
        Assert.Equal(after, server.Signals.Count);
        Assert.Single(server.Events("Opted Out"));
        Assert.Equal(0, server.OpenStreams);

        await page.EvaluateAsync("() => mi.optIn()");
        await ShopServer.UntilAsync(() => server.Events("Opted In").Any() && server.OpenStreams == 1, "life again");
    }

    [ChromiumFact, Proves("R-71")]
    public async Task GlobalPrivacyControl_EveryEventSaysSo_NothingIsCollectedByItself()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server, "gpc");
        await page.ClickAsync("#pay");
        await ShopServer.UntilAsync(() => server.Events("Payment Declined").Any(), "the site's own signal");
        await Task.Delay(1200);
        Assert.All(server.Signals, s => Assert.True(s.GetProperty("context").GetProperty("gpc").GetBoolean()));
        Assert.Empty(server.Events("Element Clicked"));
    }

    [ChromiumFact]
    public async Task Script_NoWriteKeyOrWrongCalls_NeverThrowsIntoThePage()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        foreach (var name in new[] { "keyless", "plain" })
        {
            await page.GotoAsync(server.Url + "/t/" + name);
            await page.WaitForFunctionAsync("() => window.mi && window.mi.version");
            await page.EvaluateAsync("""
                () => {
                  const round = {}; round.round = round;
                  mi.track(); mi.track(null, null); mi.track('Round', round); mi.track('Big', { x: 'x'.repeat(100000) }); mi.track(Symbol('s'));
                  mi.identify(); mi.page(undefined, 5); mi.push(['nope'], 5, null, ['track', 'Fine']);
                  mi.on('shown', () => { throw new Error('of the site'); })();
                }
                """);
        }

        await ShopServer.UntilAsync(() => server.Events("Fine").Any(), "the call after the wrong ones");
        Assert.Empty(faults);
        Assert.Empty(server.Events("Big"));
        Assert.Contains(server.Signals, s => s.GetProperty("context").TryGetProperty("dropped", out var dropped) && dropped.GetInt32() == 1);
    }

    private static async Task<IPage> OpenAsync(IBrowserContext context, ShopServer server, string name)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{server.Url}/t/{name}");
        await ShopServer.UntilAsync(() => server.OpenStreams > 0 && server.Signals.Any(s => s.GetProperty("type").GetString() == "page"), "the stream and the page view");
        return page;
    }
}
