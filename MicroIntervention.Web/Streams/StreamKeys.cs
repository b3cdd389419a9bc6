using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Streams;

/// <summary>The browser keys in force, by key and by number, replaced as a whole when a key is made or revoked.</summary>
internal sealed class StreamKeys(SourceStore sources) : IHostedService
{
    // Longest key looked at.
    private const int MaxKeyLength = 128;

    private readonly Lock _reloading = new();
    private volatile Snapshot _snapshot = new([]);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        sources.Changed += Reload;
        Replace(await sources.ListAsync(cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        sources.Changed -= Reload;
        return Task.CompletedTask;
    }

    /// <summary>The browser source of a key; null for an unknown, revoked or server key.</summary>
    public Source? Find(string? key) =>
        key is { Length: > 0 and <= MaxKeyLength } &&
        _snapshot.ByHash.TryGetValue(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key))), out var source) ? source : null;

    /// <summary>The browser source with this number; null once it is revoked.</summary>
    public Source? Find(SourceId id) => _snapshot.ByNumber.GetValueOrDefault(id.Value);

    /// <summary>Whether the source may be used from this origin. A source bound to origins needs the header; a browser sends it with every request that matters.</summary>
    public static bool Allows(Source source, string? origin)
    {
        if (source.Origins.Count == 0)
        {
            return true;
        }

        foreach (var allowed in source.Origins)
        {
            if (string.Equals(allowed.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // In the thread that made or revoked the key, so that both hold from the moment its caller is answered.
    private void Reload() => Replace(Task.Run(() => sources.ListAsync()).GetAwaiter().GetResult());

    private void Replace(IReadOnlyList<Source> list)
    {
        lock (_reloading)
        {
            _snapshot = new Snapshot([.. list.Where(source => source is { IsRevoked: false, Kind: SourceKind.Browser })]);
        }
    }

    private sealed class Snapshot(List<Source> sources)
    {
        public FrozenDictionary<string, Source> ByHash { get; } = sources.ToFrozenDictionary(source => Convert.ToHexString(source.KeyHash.Span));

        public FrozenDictionary<ushort, Source> ByNumber { get; } = sources.ToFrozenDictionary(source => source.Number);
    }
}
