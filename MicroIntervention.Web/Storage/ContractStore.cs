using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Storage;

/// <summary>Contracts about signals and outcomes: versions that never change, and who agreed to them.</summary>
/// <remarks>Thread-safe; changes are made one after the other.</remarks>
public sealed class ContractStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time) : IDisposable
{
    /// <summary>Stands for nobody: the packs' own needs.</summary>
    public const string Packs = "packs";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { IgnoreReadOnlyProperties = true, Converters = { new JsonStringEnumConverter() } };

    private readonly SemaphoreSlim _oneChange = new(1, 1);

    /// <summary>Every version that has not been superseded: at most one agreed and one proposed of a name.</summary>
    public async Task<IReadOnlyList<ContractVersion>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.SignalContracts.AsNoTracking().Where(row => row.SupersededAtMs == null).OrderBy(row => row.Name).ThenBy(row => row.Version).ToListAsync(cancel);
        return rows.ConvertAll(ToVersion);
    }

    /// <summary>All versions of one name, newest first, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<ContractVersion>> VersionsAsync(ContractSubject subject, string name, int limit, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var key = KeyOf(subject);
        var rows = await db.SignalContracts.AsNoTracking().Where(row => row.Subject == key && row.Name == name)
            .OrderByDescending(row => row.Version).Take(limit).ToListAsync(cancel);
        return rows.ConvertAll(ToVersion);
    }

    /// <summary>Adds the next version as a proposal, in place of an earlier proposal; an agreed version stays in force until this one is agreed.</summary>
    /// <returns>Its number; null when the newest version that stands says the same already.</returns>
    /// <exception cref="ArgumentException">The terms cannot stand; see <see cref="SignalContract.Faults"/>.</exception>
    public async Task<int?> ProposeAsync(SignalContract terms, string who, string why, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Faults() is { IsEmpty: false } faults)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(terms));
        }

        await _oneChange.WaitAsync(cancel);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel);
            var key = KeyOf(terms.Subject);
            var earlier = await db.SignalContracts.Where(row => row.Subject == key && row.Name == terms.Name).OrderByDescending(row => row.Version).ToListAsync(cancel);
            if (earlier.Find(row => row.SupersededAtMs is null) is { } newest && ToVersion(newest).Terms.Equals(terms))
            {
                return null;
            }

            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var proposal in earlier.Where(row => row.SupersededAtMs is null && !IsAgreed(row)))
            {
                proposal.SupersededAtMs = now;
            }

            var version = earlier.Count > 0 ? earlier[0].Version + 1 : 1;
            db.SignalContracts.Add(new SignalContractRow
            {
                Subject = key,
                Name = terms.Name,
                Version = version,
                Supplier = terms.Supplier.Length > 0 ? terms.Supplier : null,
                Validator = terms.Validator.Length > 0 ? terms.Validator : null,
                Terms = JsonSerializer.Serialize(terms, Json),
                ProposedBy = who,
                ProposedAtMs = now,
                Why = why.Length > 500 ? why[..500] : why,
            });
            await db.SaveChangesAsync(cancel);
            return version;
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>Records one side's agreement; with the second, the version is in force and the one before it superseded.</summary>
    /// <returns>False when the version is gone, this side has agreed already, or the same person gave the other side's agreement.</returns>
    public Task<bool> AgreeAsync(long id, ContractSide side, string who, CancellationToken cancel = default) => ChangeAsync(id, (db, row, now) =>
    {
        var isSupplier = side == ContractSide.Supplier;
        if (IsAgreed(row) || (isSupplier ? row.SupplierAgreedBy : row.ValidatorAgreedBy) is not null || (isSupplier ? row.ValidatorAgreedBy : row.SupplierAgreedBy) == who)
        {
            return false;
        }

        if (isSupplier)
        {
            (row.SupplierAgreedBy, row.SupplierAgreedAtMs) = (who, now);
        }
        else
        {
            (row.ValidatorAgreedBy, row.ValidatorAgreedAtMs) = (who, now);
        }

        if (IsAgreed(row))
        {
            foreach (var before in db.SignalContracts.Where(other => other.Subject == row.Subject && other.Name == row.Name && other.Id != row.Id && other.SupersededAtMs == null))
            {
                before.SupersededAtMs = now;
            }
        }

        return true;
    }, cancel);

    /// <summary>Ends a version without another in its place: nothing is enforced from it any more.</summary>
    public Task<bool> WithdrawAsync(long id, CancellationToken cancel = default) => ChangeAsync(id, (_, row, now) =>
    {
        row.SupersededAtMs = now;
        return true;
    }, cancel);

    public void Dispose() => _oneChange.Dispose();

    private static bool IsAgreed(SignalContractRow row) => row.SupplierAgreedAtMs is not null && row.ValidatorAgreedAtMs is not null;

    private static string KeyOf(ContractSubject subject) => subject switch
    {
        ContractSubject.Signal => "signal",
        ContractSubject.Outcome => "outcome",
        _ => throw new ArgumentOutOfRangeException(nameof(subject), subject, "Not a subject."),
    };

    private static ContractVersion ToVersion(SignalContractRow row) => new(
        row.Id,
        row.Version,
        JsonSerializer.Deserialize<SignalContract>(row.Terms, Json) ?? throw new InvalidOperationException($"Contract {row.Id} holds no terms."),
        row.ProposedBy,
        DateTimeOffset.FromUnixTimeMilliseconds(row.ProposedAtMs),
        row.Why,
        AgreementOf(row.SupplierAgreedBy, row.SupplierAgreedAtMs),
        AgreementOf(row.ValidatorAgreedBy, row.ValidatorAgreedAtMs),
        row.SupersededAtMs is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null);

    private static Agreement? AgreementOf(string? who, long? atMs) => who is not null && atMs is { } at ? new Agreement(who, DateTimeOffset.FromUnixTimeMilliseconds(at)) : null;

    private async Task<bool> ChangeAsync(long id, Func<ConsoleDbContext, SignalContractRow, long, bool> change, CancellationToken cancel)
    {
        await _oneChange.WaitAsync(cancel);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel);
            var row = await db.SignalContracts.FirstOrDefaultAsync(candidate => candidate.Id == id && candidate.SupersededAtMs == null, cancel);
            if (row is null || !change(db, row, time.GetUtcNow().ToUnixTimeMilliseconds()))
            {
                return false;
            }

            await db.SaveChangesAsync(cancel);
            return true;
        }
        finally
        {
            _oneChange.Release();
        }
    }
}
