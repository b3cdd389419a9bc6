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
}
