using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Ingest;

/// <summary>How often an address, and all of them together, may be told that a key is unknown.</summary>
/// <remarks>
/// Thread-safe. A fixed number of buckets, whatever is tried; addresses share one by a keyed hash. Requests with a right key never come
/// here, so an address shared with a guesser loses nothing.
/// </remarks>
internal sealed class UnknownKeyLimit
{
    private const int Buckets = 1024;

    private readonly KeyedHash _hash = new(RandomNumberGenerator.GetBytes(KeyedHash.KeySize));
    private readonly RateLimit[] _byAddress;
    private readonly RateLimit _all;

    public UnknownKeyLimit(IOptions<IngestOptions> options, TimeProvider time)
    {
        var perAddress = options.Value.UnknownKeysPerSecondAndAddress;
        _byAddress = [.. Enumerable.Range(0, Buckets).Select(_ => new RateLimit(time, perAddress, perAddress * 4))];
        _all = new RateLimit(time, options.Value.UnknownKeysPerSecond, options.Value.UnknownKeysPerSecond * 2);
    }

    /// <summary>False when the attempt is one too many; then how long to wait.</summary>
    public bool TryTake(IPAddress? address, out TimeSpan wait)
    {
        Span<byte> bytes = stackalloc byte[16];
        var length = 0;
        address?.TryWriteBytes(bytes, out length);
        var bucket = _byAddress[_hash.Of(bytes[..length]).Low % Buckets];
        return bucket.TryTake(out wait) && _all.TryTake(out wait);
    }
}
