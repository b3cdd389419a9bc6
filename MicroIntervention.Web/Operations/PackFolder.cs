using System.Collections.Immutable;
using MicroIntervention.Engine.Scenarios;

namespace MicroIntervention.Web.Operations;

/// <summary>The scenario packs that lie as files beside the program.</summary>
/// <param name="folder">Where the <c>*.json</c> lie; files named <c>*.schema.json</c> are passed over.</param>
/// <param name="bench">True: only the bench pack; false: all but the bench pack.</param>
internal sealed class PackFolder(string folder, bool bench)
{
    private const string BenchFile = "bench.json";

    /// <summary>Faults of packs that were refused, one sentence each, led by the file's name.</summary>
    public ImmutableArray<string> Faults { get; private set; } = [];

    /// <summary>Reads every pack; a wrong one is left out and all its faults are kept.</summary>
    public ImmutableArray<ScenarioPack> Read()
    {
        var packs = ImmutableArray.CreateBuilder<ScenarioPack>();
        var faults = ImmutableArray.CreateBuilder<string>();
        foreach (var file in Files())
        {
            var read = PackReader.Read(File.ReadAllBytes(file));
            if (read.Pack is { } pack)
            {
                packs.Add(pack);
            }

            faults.AddRange(read.Faults.Select(f => $"{Path.GetFileName(file)}: {f}"));
        }

        Faults = faults.ToImmutable();
        return packs.ToImmutable();
    }

    private IEnumerable<string> Files() => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateFiles(folder, "*.json")
            .Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal))
            .Where(f => bench == (Path.GetFileName(f) == BenchFile))
            .Order(StringComparer.Ordinal);
}
