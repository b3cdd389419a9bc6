using MicroIntervention.Bench.Packs;

if (args is ["pack", .. var rest])
{
    var path = rest is [var named] ? named : Path.Combine("scenarios", "bench.json");
    File.WriteAllText(path, BenchPackWriter.Write());
    Console.WriteLine($"wrote {path}");
    return 0;
}

Console.Error.WriteLine("usage: pack [FILE]   write the reference pack (default scenarios/bench.json)");
return 2;
