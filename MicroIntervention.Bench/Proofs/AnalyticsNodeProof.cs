using System.Globalization;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Bench.Proofs;

/// <summary>Segment's own library for Node, from npm, sends events that arrive once, also across a kill and restart of the server.</summary>
internal static class AnalyticsNodeProof
{
    public const string Package = "@segment/analytics-node";
    private static readonly TimeSpan Away = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(3);

    // Pace: the server goes away while events are queued, on the wire and still to come.
    private const string Script = """
        import { Analytics } from '@segment/analytics-node';
        import { readFileSync } from 'node:fs';
        const [host, writeKey, count] = process.argv.slice(2);
        console.log('version ' + JSON.parse(readFileSync('node_modules/@segment/analytics-node/package.json')).version);
        const analytics = new Analytics({ writeKey, host, flushAt: 15, flushInterval: 200, maxRetries: 30 });
        let delivered = 0;
        analytics.on('error', error => console.log('error ' + error.code));
        for (let i = 1; i <= Number(count); i++) {
          analytics.track({ anonymousId: 'node-' + (i % 50), event: 'Payment Declined', properties: { number: i, amount: 20, currency: 'EUR' } }, error => { if (!error) delivered++; });
          if (i === Math.floor(Number(count) / 2)) console.log('half');
          if (i % 5 === 0) await new Promise(resolve => setTimeout(resolve, 20));
        }
        await analytics.closeAndFlush({ timeout: 90000 });
        console.log('delivered ' + delivered);
        """;

    /// <summary>Installs the library into a folder of its own.</summary>
    /// <returns>Null when it is there; otherwise what npm said.</returns>
    public static Task<string?> InstallAsync(string folder) => NpmFolder.InstallAsync(folder, [Package], ("send.js", Script));

    /// <param name="installed">The folder of <see cref="InstallAsync"/>.</param>
    /// <param name="events">How many; the server is killed after half of them.</param>
    public static async Task RunAsync(ProofRun run, string installed, int events)
    {
        using var folder = new ProofFolder();
        var key = await folder.CreateKeyAsync();
        var server = await ServerProcess.StartAsync(folder, "--demo");
        List<string> lines;
        try
        {
            lines = await NpmFolder.RunAsync(installed, "send.js", LongestRun, OnLineAsync, server.Url.ToString().TrimEnd('/'), key, events.ToString(CultureInfo.InvariantCulture));
            var exit = await server.StopAsync();
            run.Check(exit == 0, $"the server stops in order: exit code {exit}");
        }
        finally
        {
            await server.DisposeAsync();
        }

        async Task OnLineAsync(string line)
        {
            if (line == "half")
            {
                await server.KillAsync();
                await server.DisposeAsync();
                await Task.Delay(Away);
                server = await ServerProcess.StartAsync(folder, "--demo");
                run.Say(FormattableString.Invariant($"server killed after {events / 2} events and started again; ready after {server.StartTime.TotalMilliseconds:0} ms"));
            }
        }

        var numbers = LogRerun.Read(folder, raw => SignalText.Read(raw, "properties.number"));
        var messages = LogRerun.Read(folder);
        var version = lines.FirstOrDefault(line => line.StartsWith("version ", StringComparison.Ordinal));
        var delivered = lines.FirstOrDefault(line => line.StartsWith("delivered ", StringComparison.Ordinal)) ?? "delivered nothing it told of";
        run.Check(lines.Contains("half") && delivered == FormattableString.Invariant($"delivered {events}"), $"{Package} {version}: {delivered} of {events}, {lines.Count(line => line.StartsWith("error", StringComparison.Ordinal))} errors");
        run.Check(numbers.Arrivals.Count == events && numbers.Arrivals.Values.All(times => times == 1), $"{numbers.Arrivals.Count} events in the log, {numbers.Arrivals.Values.Count(times => times > 1)} more than once");
        run.Check(messages.Arrivals.Count == events && messages.Arrivals.Values.All(times => times == 1), $"{messages.Arrivals.Count} messageIds in the log, {messages.Arrivals.Values.Count(times => times > 1)} more than once");
        run.Figure($"{Package} ({version}): {events:N0} events sent across a SIGKILL and restart, {numbers.Arrivals.Count:N0} in the log, each once");
    }

    /// <summary>Both steps, for the command.</summary>
    public static async Task RunAsync(ProofRun run, int events)
    {
        var folder = Directory.CreateTempSubdirectory("mi-node-");
        try
        {
            run.Say("npm install " + Package);
            if (await InstallAsync(folder.FullName) is { } fault)
            {
                run.Check(false, $"npm installs {Package}: {fault}");
                return;
            }

            await RunAsync(run, folder.FullName, events);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
