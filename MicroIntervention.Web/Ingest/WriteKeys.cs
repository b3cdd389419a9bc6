using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Store;

namespace MicroIntervention.Web.Ingest;

/// <summary>The doors' own copy of the write keys, replaced as a whole when a key is made or revoked.</summary>
/// <remarks>
/// Sources keep only a key's SHA-256. A right key is remembered by a keyed hash under a secret of this process, so that only its first
/// request pays for SHA-256; memory is bounded by the number of sources. A wrong key is never remembered.
/// </remarks>
internal sealed class WriteKeys(SourceStore sources, IOptions<IngestOptions> options, ServeOptions serve, TimeProvider time, IdentitySecrets? secrets = null) : IWriteKeys, IHostedService
{
    private readonly Lock _reloading = new();
    private readonly Dictionary<int, (RateLimit Events, RateLimit Refusals)> _limits = [];
    private Snapshot _snapshot = new([]);

    /// <summary>Longest key looked at, in bytes.</summary>
    public const int MaxKeyLength = 128;

    public bool TryFind(ReadOnlySpan<byte> key, [NotNullWhen(true)] out DoorKey? source) => Volatile.Read(ref _snapshot).TryFind(key, out source);

    public bool TryFind(SourceId id, [NotNullWhen(true)] out DoorKey? source) => Volatile.Read(ref _snapshot).ByNumber.TryGetValue(id.Value, out source);

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

    // In the thread that made or revoked the key, so that both hold from the moment its caller is answered.
    private void Reload() => Replace(sources.ListAsync().GetAwaiter().GetResult());

    private void Replace(IReadOnlyList<Source> list)
    {
        lock (_reloading)
        {
            Volatile.Write(ref _snapshot, new Snapshot([.. list.Where(source => !source.IsRevoked).Select(source => (source.KeyHash, ToKey_NeedsLock(source)))]));
        }
    }

    // A reload must not refill anyone's bucket.
    private DoorKey ToKey_NeedsLock(Source source)
    {
        if (!_limits.TryGetValue(source.Number, out var limits))
        {
            var rate = serve.Bench ? double.PositiveInfinity
                : source.Kind == SourceKind.Server ? options.Value.ServerEventsPerSecond
                : options.Value.BrowserEventsPerSecond;
            limits = (new RateLimit(time, rate, rate * 2), new RateLimit(time, 20, 500));
            _limits[source.Number] = limits;
        }

        // Whoever plays the customer in the demo shop is a test visitor.
        return new DoorKey(source, limits.Events, limits.Refusals, secrets?.BytesOf(new SourceId(source.Number)), test: serve.Demo && source.Name == StoreEndpoints.DemoSourceName);
    }

    private sealed class Snapshot(List<(ReadOnlyMemory<byte> Hash, DoorKey Key)> keys)
    {
        public FrozenDictionary<ushort, DoorKey> ByNumber { get; } = keys.ToFrozenDictionary(pair => pair.Key.Id.Value, pair => pair.Key);

        private readonly FrozenDictionary<(ulong, ulong, ulong, ulong), DoorKey> _byHash = keys.ToFrozenDictionary(pair => Words(pair.Hash.Span), pair => pair.Key);
        private readonly ConcurrentDictionary<Hash128, DoorKey> _seen = new();
        private readonly KeyedHash _hash = new(RandomNumberGenerator.GetBytes(KeyedHash.KeySize));

        public bool TryFind(ReadOnlySpan<byte> key, [NotNullWhen(true)] out DoorKey? source)
        {
            source = null;
            if (key.Length is 0 or > MaxKeyLength)
            {
                return false;
            }

            var quick = _hash.Of(key);
            if (_seen.TryGetValue(quick, out source))
            {
                return true;
            }

            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(key, hash);
            if (!_byHash.TryGetValue(Words(hash), out source))
            {
                return false;
            }

            source.Key = key.ToArray();
            _seen[quick] = source;
            return true;
        }

        private static (ulong, ulong, ulong, ulong) Words(ReadOnlySpan<byte> hash) =>
            (BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]), BitConverter.ToUInt64(hash[16..]), BitConverter.ToUInt64(hash[24..]));
    }
}
