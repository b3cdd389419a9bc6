using MicroIntervention.Bench.Delivery;
using MicroIntervention.Bench.Micro;
using MicroIntervention.Bench.Packs;
using MicroIntervention.Bench.Peers;
using MicroIntervention.Bench.Proofs;
using MicroIntervention.Bench.Storage;

// The proofs wait for processes and browsers and have an exit code of their own.
if (args is ["prove", ..])
{
    return await ProveCommand.RunAsync([.. args.Skip(1)]);
}

// One line a command: name, what it does, and the code that does it.
var commands = new (string Name, string Help, Action Run)[]
{
    ("micro", "engine core, forecast, bytes per session, allocations", EngineCore.Run),
    ("parts", "nanoseconds of each part of the step", Parts.Run),
    ("log", "signal log: commit latency, CPU per event, cost of encryption and decisions, reading", LogBench.Run),
    ("recovery", "100,000 live sessions, killed: time to the same state with and without checkpoint, cost of a checkpoint", RecoveryBench.Run),
    ("webhook", "signed webhooks at 500/s and as fast as possible, beside the framework's HTTP client", WebhookRoundTrip.Run),
    ("end-to-end", "signal to webhook beside the peers, interleaved; MI_PEERS names their built folder", EndToEnd.Run),
    ("pack", "write the reference pack to scenarios/bench.json (run it in the repository's folder)", BenchPackWriter.Run),
};

var command = commands.FirstOrDefault(c => args.Length > 0 && c.Name == args[0]);
if (command.Run is null)
{
    Console.WriteLine("usage: dotnet run -c Release --project MicroIntervention.Bench -- COMMAND");
    foreach (var (name, help, _) in commands)
    {
        Console.WriteLine($"  {name,-12} {help}");
    }

    Console.WriteLine("  prove NAME   the long proofs, on the real server; prove alone lists them");
    return args.Length == 0 || args[0] == "help" ? 0 : 2;
}

command.Run();
return 0;
