using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Operations;

/// <summary>The key that a bench server comes with.</summary>
internal static class StartSources
{
    private const string BenchKey = "bench";

    /// <summary>Makes what is missing; run before the doors load their keys.</summary>
    public static async Task PrepareSourcesAsync(this IServiceProvider services)
    {
        var serve = services.GetRequiredService<ServeOptions>();
        var store = services.GetRequiredService<SourceStore>();
        var names = (await store.ListAsync()).Where(s => !s.IsRevoked).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        if (serve.Bench && !names.Contains(BenchKey))
        {
            await store.CreateAsync(new NewSource(BenchKey, SourceKind.Server, []) { FixedKey = BenchKey });
        }
    }
}
