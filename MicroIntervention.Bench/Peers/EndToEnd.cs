using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MicroIntervention.Bench.Peers;

/// <summary>The whole path, signal to webhook, beside the peers: interleaved, one table out.</summary>
/// <remarks>
/// Needs a copy of the peers' folder, built as its README says (<c>load</c>, <c>limit</c>, <c>node_modules</c>), named by MI_PEERS, and the
/// Web project built in the same configuration. Each run starts its server on an empty data folder and ends it.
/// </remarks>
internal static class EndToEnd
{
    private const int Rounds = 2;

    private static readonly (string Name, string Arguments)[] Loads =
    [
        ("5,000/s", "--rate 5000 --dur 5 --warm 6"),
        ("saturation, one a request", "--rate 0 --dur 4 --warm 5"),
        ("saturation, batches of 100", "--rate 0 --batch 100 --fire 1000 --dur 4 --warm 5"),
    ];

    public static void Run()
    {
        var folder = Environment.GetEnvironmentVariable("MI_PEERS");
        if (folder is null || !File.Exists(Path.Combine(folder, "compare.sh")))
        {
            Console.Error.WriteLine("MI_PEERS names no folder with compare.sh, load and limit; copy and build the peers first.");
            return;
        }

        var data = Path.Combine(Path.GetTempPath(), "mi-bench-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        var web = Path.Combine(AppContext.BaseDirectory.Replace("MicroIntervention.Bench", "MicroIntervention.Web", StringComparison.Ordinal), "MicroIntervention.Web.dll");
        var servers = new (string Name, string Command)[]
        {
            ("MicroIntervention", $"dotnet {web} serve --bench --data {data}"),
            ("Node baseline", "node node-baseline.js"),
            ("C limit", "./limit"),
        };
        Console.WriteLine("| load | server | events/s | CPU µs/event | p50 ms | p99 ms | p99.9 ms | missing, doubled, refused |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var (load, arguments) in Loads)
        {
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var (name, command) in servers)
                {
                    Print(load, name, Measure(folder, command, arguments));
                    if (Directory.Exists(data))
                    {
                        Directory.Delete(data, recursive: true);
                    }
                }
            }
        }
    }

    private static string Measure(string folder, string command, string arguments)
    {
        var start = new ProcessStartInfo("bash", ["compare.sh", "x", command, .. arguments.Split(' ')]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["RT"] = "1";
        using var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return line;
    }

    private static void Print(string load, string name, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var latency = root.GetProperty("e2e_ms");
            var (p50, p99, p999) = latency.ValueKind == JsonValueKind.Object
                ? (latency.GetProperty("p50").GetDouble(), latency.GetProperty("p99").GetDouble(), latency.GetProperty("p999").GetDouble())
                : (0, 0, 0);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {load} | {name} | {root.GetProperty("done_ev_s").GetDouble():N0} | {root.GetProperty("srv_cpu_us_per_ev").GetDouble():F1} | {p50:F2} | {p99:F2} | {p999:F2} | {root.GetProperty("hooks_missing")}, {root.GetProperty("dups")}, {root.GetProperty("bad")} |"));
        }
        catch (JsonException)
        {
            Console.WriteLine($"| {load} | {name} | no result | | | | | |");
        }
    }
}
