using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Bench.Proofs;

/// <summary>Other vendors' own libraries, from npm, send numbered events through their own doors: RudderStack's and PostHog's for Node, Segment's for browsers in a real Chromium.</summary>
internal static class SdkProof
{
    private const string RudderStack = "@rudderstack/rudder-sdk-node";
    private const string PostHog = "posthog-node";
    private const string Segment = "@segment/analytics-next";
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(3);

    /// <summary>Installs the libraries into a folder of their own.</summary>
    /// <returns>Null when they are there; otherwise what npm said.</returns>
    public static Task<string?> InstallAsync(string folder) => NpmFolder.InstallAsync(
        folder, [RudderStack, PostHog, Segment], ("rudderstack.js", SdkScripts.RudderStackNode), ("posthog.js", SdkScripts.PostHogNode));

    /// <param name="installed">The folder of <see cref="InstallAsync"/>.</param>
    /// <param name="events">How many each library sends.</param>
    public static async Task RunAsync(ProofRun run, string installed, int events)
    {
        using var folder = new ProofFolder();
        await using var site = await PageServer.StartAsync(Path.Combine(installed, "node_modules", Segment, "dist", "umd"));
        var secret = await folder.CreateKeyAsync();
        var open = await folder.CreateKeyAsync(SourceKind.Browser, site.Origin);
        await using (var server = await ServerProcess.StartAsync(folder, "--demo"))
        {
            var host = server.Url.ToString().TrimEnd('/');
            var count = events.ToString(CultureInfo.InvariantCulture);
            var rudder = await NpmFolder.RunAsync(installed, "rudderstack.js", LongestRun, null, host, secret, count);
            Told(run, installed, RudderStack, NpmFolder.Told(rudder, "delivered", "nothing it told of"), count);
            var posthog = await NpmFolder.RunAsync(installed, "posthog.js", LongestRun, null, host, secret, count);
            Told(run, installed, PostHog, NpmFolder.Told(posthog, "delivered", "nothing it told of"), count);
            var flags = NpmFolder.Told(posthog, "flags", "none it told of");
            run.Check(flags == "0", $"{PostHog} asks for flags and gets none: {flags}");
            site.Page = SdkScripts.SegmentPage(host, open);
            Told(run, installed, Segment, await BrowseAsync(run, site, events), count);
            var exit = await server.StopAsync();
            run.Check(exit == 0, $"the server stops in order: exit code {exit}");
        }

        var messages = LogRerun.Read(folder).Arrivals;
        var numbers = LogRerun.Read(folder, raw => SignalText.Read(raw, "properties.sdk") + " " + SignalText.Read(raw, "properties.number")).Arrivals;
        foreach (var (package, name) in new[] { (RudderStack, "rudderstack-node"), (PostHog, "posthog-node"), (Segment, "segment-browser") })
        {
            var own = numbers.Where(arrival => arrival.Key.StartsWith(name + " ", StringComparison.Ordinal)).ToList();
            run.Check(own.Count == events && own.TrueForAll(arrival => arrival.Value == 1), $"{package}: {own.Count} of {events} events in the log, {own.Count(arrival => arrival.Value > 1)} more than once");
            run.Figure($"{package} {VersionOf(installed, package)}: {events:N0} events sent, {own.Count:N0} in the log, each once");
        }

        run.Check(messages.Count == 3 * events && messages.Values.All(times => times == 1), $"{messages.Count} messageIds in the log, {messages.Values.Count(times => times > 1)} more than once");
    }

    /// <summary>Both steps, for the command.</summary>
    public static async Task RunAsync(ProofRun run, int events)
    {
        var folder = Directory.CreateTempSubdirectory("mi-sdks-");
        try
        {
            run.Say($"npm install {RudderStack} {PostHog} {Segment}");
            if (await InstallAsync(folder.FullName) is { } fault)
            {
                run.Check(false, $"npm installs the libraries: {fault}");
                return;
            }

            await RunAsync(run, folder.FullName, events);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Two page loads, as a visitor has them: the library starts anew and must not say again what it said.
    private static async Task<string> BrowseAsync(ProofRun run, PageServer site, int events)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await ChromiumProgram.LaunchAsync(playwright);
        await using var context = await ChromiumProgram.NewContextAsync(browser);
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                run.Say("browser: " + message.Text);
            }
        };
        page.SetDefaultTimeout((float)LongestRun.TotalMilliseconds);
        var delivered = 0;
        foreach (var (from, to) in new[] { (1, events / 2), ((events / 2) + 1, events) })
        {
            await page.GotoAsync(site.Origin);
            delivered += await page.EvaluateAsync<int>("([from, to]) => send(from, to)", new[] { from, to });
        }

        return delivered.ToString(CultureInfo.InvariantCulture);
    }

    private static void Told(ProofRun run, string installed, string package, string delivered, string count)
    {
        run.Say($"{package} {VersionOf(installed, package)}: delivered {delivered} of {count}");
        run.Check(delivered == count, $"{package} says that it delivered {delivered} of {count}");
    }

    private static string VersionOf(string installed, string package)
    {
        using var about = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(installed, "node_modules", package, "package.json")));
        return about.RootElement.GetProperty("version").GetString() ?? "";
    }
}
