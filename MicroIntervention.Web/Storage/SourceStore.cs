using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Storage;

/// <summary>The keys under which signals come in: made, listed, revoked.</summary>
/// <remarks>Thread-safe. Doors keep their own copy and reload it on <see cref="Changed"/>.</remarks>
public sealed class SourceStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _oneWriter = new(1, 1);

    /// <summary>Raised after a source was made or revoked, on the thread that did it.</summary>
    public event Action? Changed;

    /// <summary>Makes a key. Browser keys start with <c>mi_b_</c>, server keys with <c>mi_s_</c>, then 160 random bits.</summary>
    /// <exception cref="ArgumentException">The name is empty or over 100 characters.</exception>
    /// <exception cref="InvalidOperationException">All 65,535 numbers are used.</exception>
    public async Task<CreatedSource> CreateAsync(NewSource wanted, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var name = wanted.Name.Trim();
        if (name.Length is 0 or > 100)
        {
            throw new ArgumentException("A source's name has 1 to 100 characters.", nameof(wanted));
        }

        var browser = wanted.Kind == SourceKind.Browser;
        var key = wanted.FixedKey ?? (browser ? "mi_b_" : "mi_s_") + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        SourceRow row;
        await _oneWriter.WaitAsync(cancel);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel);
            var last = await db.Sources.MaxAsync(source => (int?)source.Number, cancel) ?? 0;
            if (last >= ushort.MaxValue)
            {
                throw new InvalidOperationException("All 65,535 source numbers are used.");
            }

            row = new SourceRow
            {
                Number = last + 1,
                Name = name,
                Kind = browser ? "browser" : "server",
                KeyHash = HashOf(key),
                KeyPrefix = key[..Math.Min(key.Length, 10)],
                PublicKey = browser ? key : null,
                Origins = browser ? string.Join('\n', wanted.Origins) : "",
                Clock = wanted.Clock == SourceClock.Event ? "event" : "wall",
                TimeZone = wanted.TimeZone,
                UnknownConsent = wanted.AllowUnknownConsent ? "allow" : "deny",
                CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            };
            db.Sources.Add(row);
            await db.SaveChangesAsync(cancel);
        }
        finally
        {
            _oneWriter.Release();
        }

        Changed?.Invoke();
        return new CreatedSource(ToSource(row), key);
    }

    /// <summary>All sources, revoked ones too, by number.</summary>
    public async Task<IReadOnlyList<Source>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Sources.AsNoTracking().OrderBy(row => row.Number).Take(ushort.MaxValue).ToListAsync(cancel);
        return rows.ConvertAll(ToSource);
    }

    /// <summary>Ends a key for good.</summary>
    /// <returns>False when there is no such source or it was revoked before.</returns>
    public async Task<bool> RevokeAsync(ushort number, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var changed = await db.Sources
            .Where(row => row.Number == number && row.RevokedAtMs == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAtMs, nowMs), cancel);
        if (changed == 0)
        {
            return false;
        }

        Changed?.Invoke();
        return true;
    }

    public void Dispose() => _oneWriter.Dispose();

    /// <summary>SHA-256 of a key's UTF-8 bytes, 32 bytes; keys are long and random, so no salt or stretching is needed.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static Source ToSource(SourceRow row) => new(
        checked((ushort)row.Number),
        row.Name,
        row.Kind == "browser" ? SourceKind.Browser : SourceKind.Server,
        row.KeyHash,
        row.KeyPrefix,
        row.PublicKey,
        Array.ConvertAll(row.Origins.Split('\n', StringSplitOptions.RemoveEmptyEntries), AllowedOrigin.FromStore),
        row.Clock == "event" ? SourceClock.Event : SourceClock.Wall,
        row.TimeZone,
        row.UnknownConsent == "allow",
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAtMs),
        row.RevokedAtMs is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
}
