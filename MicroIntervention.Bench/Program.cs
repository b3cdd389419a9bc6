using MicroIntervention.Bench.Micro;
using MicroIntervention.Bench.Packs;

// One line a command: name, what it does, and the code that does it.
var commands = new (string Name, string Help, Action<string[]> Run)[]
{
    ("micro", "engine core, bytes per session, allocations", _ => EngineCore.Run()),
    ("parts", "nanoseconds of each part of the step", _ => Parts.Run()),
    ("pack", "[FILE] writes the reference pack (default scenarios/bench.json)", BenchPackWriter.Run),
};

var command = commands.FirstOrDefault(c => args.Length > 0 && c.Name == args[0]);
if (command.Run is null)
{
    Console.WriteLine("usage: dotnet run -c Release --project MicroIntervention.Bench -- COMMAND");
    foreach (var (name, help, _) in commands)
    {
        Console.WriteLine($"  {name,-12} {help}");
    }

    return args.Length == 0 || args[0] == "help" ? 0 : 2;
}

command.Run(args[1..]);
return 0;
