using Microsoft.Playwright;

namespace MicroIntervention.Tests.Browser;

/// <summary>One headless Chromium for all browser journeys of a run; each journey opens its own context (a fresh profile).</summary>
/// <remarks>
/// Use with <c>[Collection(BrowserCollection.Name)]</c> and <see cref="ChromiumFactAttribute"/>. Starts nothing where Chromium is absent.
/// </remarks>
public sealed class ChromiumFixture : IAsyncLifetime
{
    // No GPU, no QUIC and no background traffic: the journeys must neither depend on the machine nor talk to anyone but the test's server.
    private static readonly string[] LaunchFlags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Path of the browser to start: the environment variable MI_CHROMIUM, else the first usual place that has one, else Debian's place.</summary>
    public static string ExecutablePath { get; } = FindExecutable();

    /// <exception cref="InvalidOperationException">Chromium is not installed; mark the test with <see cref="ChromiumFactAttribute"/>.</exception>
    public IBrowser Browser => _browser ?? throw new InvalidOperationException($"No Chromium at {ExecutablePath}: mark the test [ChromiumFact], so that it is skipped.");

    /// <summary>A fresh profile: own cookies, own localStorage. The caller disposes it.</summary>
    /// <param name="width">Viewport width in CSS pixels.</param>
    /// <param name="height">Viewport height in CSS pixels.</param>
    /// <param name="dark">Ask pages for their dark colours.</param>
    public Task<IBrowserContext> NewContextAsync(int width = 1440, int height = 900, bool dark = false) =>
        Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });

    public async Task InitializeAsync()
    {
        if (!File.Exists(ExecutablePath))
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = ExecutablePath, Headless = true, Args = LaunchFlags });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private static string FindExecutable()
    {
        if (Environment.GetEnvironmentVariable("MI_CHROMIUM") is { Length: > 0 } named)
        {
            return named;
        }

        string[] places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        return Array.Find(places, File.Exists) ?? places[0];
    }
}
