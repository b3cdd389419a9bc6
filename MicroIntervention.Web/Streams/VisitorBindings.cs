using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Streams;

/// <summary>Which browser's secret a visitor belongs to: the first that said hello.</summary>
/// <remarks>Thread-safe. Keeps nothing in memory: known visitors are read, new ones written one at a time by a bounded line of waiters.</remarks>
internal sealed class VisitorBindings(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time) : IDisposable
{
    // One commit takes well under a millisecond: this many wait for less than a second.
    private const int MaxWaiting = 512;

    private readonly SemaphoreSlim _oneWriter = new(1, 1);
    private int _waiting;

    /// <summary>Binds the visitor to the secret, or compares; when it returns <see cref="BindResult.Bound"/> the binding is committed.</summary>
    public async Task<BindResult> BindAsync(VisitorId visitor, ReadOnlyMemory<byte> secret, CancellationToken cancel)
    {
        var visitorHash = visitor.Value.ToBytes();
        var secretHash = SHA256.HashData(secret.Span);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        if (await KnownAsync(db, visitorHash, cancel) is { } known)
        {
            return Compare(known, secretHash);
        }

        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return BindResult.Busy;
        }

        try
        {
            await _oneWriter.WaitAsync(cancel);
            try
            {
                // The database decides who was first, also between two processes.
                await db.Database.ExecuteSqlAsync(
                    $"INSERT INTO VisitorBindings (VisitorHash, SecretHash, BoundAtMs) VALUES ({visitorHash}, {secretHash}, {time.GetUtcNow().ToUnixTimeMilliseconds()}) ON CONFLICT DO NOTHING",
                    cancel);
            }
            finally
            {
                _oneWriter.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return Compare((await KnownAsync(db, visitorHash, cancel))!, secretHash);
    }

    public void Dispose() => _oneWriter.Dispose();

    private static Task<byte[]?> KnownAsync(ConsoleDbContext db, byte[] visitorHash, CancellationToken cancel) =>
        db.VisitorBindings.AsNoTracking().Where(row => row.VisitorHash == visitorHash).Select(row => row.SecretHash).FirstOrDefaultAsync(cancel);

    private static BindResult Compare(byte[] known, byte[] given) =>
        CryptographicOperations.FixedTimeEquals(known, given) ? BindResult.Bound : BindResult.OtherSecret;
}
