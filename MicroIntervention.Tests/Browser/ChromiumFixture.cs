using MicroIntervention.Bench.Proofs;
using Microsoft.Playwright;

namespace MicroIntervention.Tests.Browser;

/// <summary>One headless Chromium for all browser journeys of a run; each journey opens its own context (a fresh profile).</summary>
/// <remarks>
/// Use with <c>[Collection(BrowserCollection.Name)]</c> and <see cref="ChromiumFactAttribute"/>. Starts nothing where Chromium is absent.
/// </remarks>
public sealed class ChromiumFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Path of the browser to start: the environment variable MI_CHROMIUM, else the first usual place that has one, else Debian's place.</summary>
    public static string ExecutablePath => ChromiumProgram.ExecutablePath;

    /// <exception cref="InvalidOperationException">Chromium is not installed; mark the test with <see cref="ChromiumFactAttribute"/>.</exception>
    public IBrowser Browser => _browser ?? throw new InvalidOperationException($"No Chromium at {ExecutablePath}: mark the test [ChromiumFact], so that it is skipped.");

    /// <summary>A fresh profile: own cookies, own localStorage. The caller disposes it.</summary>
    /// <param name="width">Viewport width in CSS pixels.</param>
    /// <param name="height">Viewport height in CSS pixels.</param>
    /// <param name="dark">Ask pages for their dark colours.</param>
    public Task<IBrowserContext> NewContextAsync(int width = 1440, int height = 900, bool dark = false) =>
        ChromiumProgram.NewContextAsync(Browser, width, height, dark);

    public async Task InitializeAsync()
    {
        if (!File.Exists(ExecutablePath))
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await ChromiumProgram.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
