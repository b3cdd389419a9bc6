using Microsoft.Playwright;

namespace MicroIntervention.Bench.Proofs;

/// <summary>The real browser that proofs and browser tests drive.</summary>
internal static class ChromiumProgram
{
    // No GPU, no QUIC and no background traffic: the journeys must neither depend on the machine nor talk to anyone but the server under test.
    private static readonly string[] LaunchFlags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Path of the browser to start: the environment variable MI_CHROMIUM, else the first usual place that has one, else Debian's place.</summary>
    public static string ExecutablePath { get; } = FindExecutable();

    public static bool IsInstalled => File.Exists(ExecutablePath);

    /// <summary>Starts it without a window.</summary>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = ExecutablePath, Headless = true, Args = LaunchFlags });

    /// <summary>A fresh profile: own cookies, own localStorage. The caller disposes it.</summary>
    /// <param name="width">Viewport width in CSS pixels.</param>
    /// <param name="height">Viewport height in CSS pixels.</param>
    /// <param name="dark">Ask pages for their dark colours.</param>
    public static Task<IBrowserContext> NewContextAsync(IBrowser browser, int width = 1440, int height = 900, bool dark = false) =>
        browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });

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
