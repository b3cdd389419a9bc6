using System.Collections.Concurrent;
using System.Collections.Immutable;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Tests.Web.Live;

/// <summary>Remembers what the console asked of the engine, and holds packs as the engine would.</summary>
internal sealed class FakeControls : IEngineControls
{
    public ConcurrentQueue<string> Acts { get; } = new();

    public ImmutableArray<ScenarioPack> Packs { get; private set; } =
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "scenarios"), "*.json").Order().Select(file => PackReader.Read(File.ReadAllBytes(file)).Pack!)];

    public Task SetKilledAsync(bool killed, string who, string why)
    {
        Acts.Enqueue($"{who}: {(killed ? "kill" : "unkill")}");
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<string>> ChangeAsync(PolicyOverride changed, string who, string why)
    {
        var at = Packs.IndexOf(Packs.Single(pack => pack.Key == changed.Scenario));
        var read = PackReader.Read(Packs[at].Source, changed);
        if (read.Pack is null || !read.Faults.IsEmpty)
        {
            return Task.FromResult<ImmutableArray<string>>([.. read.Faults.Select(fault => fault.ToString())]);
        }

        Packs = Packs.SetItem(at, read.Pack);
        Acts.Enqueue(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{who}: {changed.Scenario} {changed.Threshold}"));
        return Task.FromResult<ImmutableArray<string>>([]);
    }
}
