using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MicroIntervention.Bench.Proofs;

/// <summary><c>replay</c> as a person runs it: the same summary at any speed and connection count.</summary>
internal static partial class ReplayProof
{
    // Lines of the summary that tell of this run's time and not of the file.
    private static readonly string[] Timed = ["request ms"];

    /// <param name="openSsh">The OpenSSH log; null leaves that part out.</param>
    public static async Task RunAsync(ProofRun run, string? openSsh, params (string Speed, int Connections)[] ways)
    {
        if (openSsh is not null)
        {
            await CompareAsync(run, "OpenSSH_2k.log", [openSsh, "--as", "openssh", "--year", "2016"], ways, ["accepted      529", "password-lockout            LikelyBot         12"]);
        }

        using var folder = new ProofFolder();
        var file = folder.At("small.jsonl");
        await File.WriteAllTextAsync(file, SmallFile());
        await CompareAsync(run, "a small file of Segment's events", [file, "--as", "segment-jsonl"], ways, ["accepted      120", "unreadable lines 1", "checkout-failure            Chosen            20"]);
        await IntoRunningServerAsync(run, folder, file);
    }

    private static async Task CompareAsync(ProofRun run, string name, string[] what, (string Speed, int Connections)[] ways, string[] wanted)
    {
        var summaries = new List<string>();
        foreach (var (speed, connections) in ways)
        {
            var (code, output) = await WebProgram.RunAsync(null, ["replay", .. what, "--speed", speed, "--connections", connections.ToString(CultureInfo.InvariantCulture)]);
            var summary = Untimed(output);
            run.Say($"{name}, speed {speed}, {connections} connections: exit code {code}");
            run.Check(code == 0 && wanted.All(line => summary.Contains(line, StringComparison.Ordinal)), $"{name}, speed {speed}, {connections} connections: {summary.Trim().ReplaceLineEndings("; ")}");
            summaries.Add(summary);
        }

        run.Check(summaries.Distinct().Count() == 1, $"{name}: {summaries.Count} ways of sending, {summaries.Distinct().Count()} summary");
    }

    private static async Task IntoRunningServerAsync(ProofRun run, ProofFolder folder, string file)
    {
        var key = await folder.CreateKeyAsync();
        await using (var server = await ServerProcess.StartAsync(folder, "--demo"))
        {
            var (code, output) = await WebProgram.RunAsync(null, "replay", file, "--as", "segment-jsonl", "--speed", "max", "--url", server.Url.ToString(), "--key", key);
            run.Check(code == 0 && output.Contains("accepted      120", StringComparison.Ordinal), $"into a running server: exit code {code}; {Untimed(output).Trim().ReplaceLineEndings("; ")}");
            var (again, _) = await WebProgram.RunAsync(null, "replay", file, "--as", "segment-jsonl", "--speed", "max", "--url", server.Url.ToString(), "--key", key + "x");
            run.Check(again == 1, $"into a running server with a wrong key: exit code {again}");
            await server.StopAsync();
        }

        var rerun = LogRerun.Read(folder);
        run.Check(rerun.Arrivals.Count == 120 && rerun.Arrivals.Values.All(times => times == 1) && rerun.Late == 0, $"into a running server: {rerun.Arrivals.Count} signals in its log, {rerun.Late} counted as late");
        run.Check(rerun.Decisions > 0, $"into a running server: {rerun.Decisions} decisions on the server's clock");
    }

    private static string Untimed(string output) => string.Join('\n', output.Split('\n')
        .SkipWhile(line => !line.StartsWith("events ", StringComparison.Ordinal))
        .Where(line => !Timed.Any(timed => line.StartsWith(timed, StringComparison.Ordinal)))
        .Select(line => Duration().Replace(line, "")));

    // 20 visitors with six signals each, two of them declined payments, an hour of event time; one line that is no event.
    private static string SmallFile()
    {
        var lines = new StringBuilder();
        string[] names = ["Product Viewed", "Checkout Started", "Payment Declined", "Rage Clicked", "Payment Declined", "Product Viewed"];
        var start = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < names.Length; i++)
        {
            for (var visitor = 0; visitor < 20; visitor++)
            {
                lines.Append(CultureInfo.InvariantCulture, $$"""{"type":"track","anonymousId":"visitor-{{visitor}}","event":"{{names[i]}}","properties":{"amount":{{visitor}}},"timestamp":"{{start.AddSeconds((visitor * 170) + (i * 20)):O}}"}""").Append('\n');
            }
        }

        return lines.Append("this is not an event\n").ToString();
    }

    [GeneratedRegex(@" in [0-9.]+ s")]
    private static partial Regex Duration();
}
