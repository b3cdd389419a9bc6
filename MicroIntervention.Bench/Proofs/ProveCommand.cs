using System.Globalization;

namespace MicroIntervention.Bench.Proofs;

/// <summary><c>prove NAME</c>: the long proofs, each on the real server as a child process. The test suite runs the same code in small.</summary>
internal static class ProveCommand
{
    private static readonly (string Name, string Help, Func<ProofRun, ProofOptions, Task> Run)[] Proofs =
    [
        ("first-run", "fresh folders: from \"listening\" to the first prompt in Chromium; --times 20", (run, options) => FirstRunProof.RunAsync(run, options.Of("--times", 20))),
        ("click-to-prompt", "two failed payments in the shop: click to prompt on screen; --times 50", (run, options) => ClickToPromptProof.RunAsync(run, options.Of("--times", 50))),
        ("kill", "SIGKILL under load at random moments; --kills 50 --seed N", (run, options) => KillProof.RunAsync(run, options.Of("--kills", 50), options.Of("--seed", Random.Shared.Next(1_000_000)))),
        ("analytics-node", "@segment/analytics-node from npm across a kill and restart; --events 1000", (run, options) => AnalyticsNodeProof.RunAsync(run, options.Of("--events", 1000))),
        ("sdks", "RudderStack's and PostHog's libraries for Node and Segment's in Chromium, from npm; --events 500", (run, options) => SdkProof.RunAsync(run, options.Of("--events", 500))),
        ("hostile", "hostile input beside good traffic: answers, losses, memory; --minutes 3", (run, options) => HostileProof.RunAsync(run, TimeSpan.FromMinutes(options.Of("--minutes", 3)), unknownKeys: 10_000, largestGrowth: 1.05)),
        ("kill-switch", "prompts queued for a slow receiver, the switch thrown in Chromium; --prompts 1000", (run, options) => KillSwitchProof.RunAsync(run, options.Of("--prompts", 1000))),
        ("replay", "the OpenSSH log (../shared or MI_SHARED) and a file of Segment's events, several speeds and connection counts", (run, _) => ReplayProof.RunAsync(run, OpenSshLog(), [("max", 1), ("max", 3), ("max", 8), ("1000", 3), ("100000", 8)])),
    ];

    /// <returns>0 proved, 1 not, 2 not understood.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var chosen = arguments is ["all", ..] ? Proofs : [.. Proofs.Where(proof => arguments.Count > 0 && proof.Name == arguments[0])];
        if (chosen.Length == 0 || ProofOptions.Read(arguments.Skip(1).ToList()) is not { } options)
        {
            Console.WriteLine("usage: dotnet run -c Release --project MicroIntervention.Bench -- prove NAME|all [--option N]…");
            foreach (var (name, help, _) in Proofs)
            {
                Console.WriteLine($"  {name,-16} {help}");
            }

            return 2;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors, load {File.ReadAllText("/proc/loadavg").Trim()}"));
        var proved = true;
        foreach (var (name, _, prove) in chosen)
        {
            var run = new ProofRun(Console.Out);
            try
            {
                await prove(run, options);
            }
            catch (Exception problem) when (problem is InvalidOperationException or IOException or HttpRequestException or TimeoutException or Microsoft.Playwright.PlaywrightException)
            {
                run.Check(false, $"ran to its end: {problem.Message}");
            }

            proved &= run.Finish(name);
        }

        return proved ? 0 : 1;
    }

    private static string? OpenSshLog()
    {
        var shared = Environment.GetEnvironmentVariable("MI_SHARED") is { Length: > 0 } named ? named : Path.Combine(Environment.CurrentDirectory, "..", "shared");
        var path = Path.Combine(shared, "data", "loghub_auth", "OpenSSH_2k.log");
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is missing: name the folder that holds data/loghub_auth in MI_SHARED.");
    }
}
