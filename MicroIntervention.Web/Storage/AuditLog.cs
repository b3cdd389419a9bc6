using Microsoft.EntityFrameworkCore;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Storage;

/// <summary>Writes down who did what in the console.</summary>
public sealed class AuditLog(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <summary>Adds one line; returns when it is stored.</summary>
    public async Task AddAsync(string who, string action, string target = "", string detail = "", CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Audit.Add(new AuditRow
        {
            AtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Who = who,
            Action = action,
            Target = target,
            Detail = detail,
        });
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>The newest entries first, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<AuditEntry>> NewestAsync(int limit, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Audit.AsNoTracking()
            .OrderByDescending(row => row.Id)
            .Take(limit)
            .Select(row => new AuditEntry(row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs), row.Who, row.Action, row.Target, row.Detail))
            .ToListAsync(cancel);
    }
}
