using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>The table of refused events, which is written a moment after the answer.</summary>
internal static class RejectedRows
{
    /// <summary>Its rows in order, once there are so many; after a few seconds those that there are.</summary>
    public static async Task<List<RejectedSignalRow>> ReadAsync(IServiceProvider services, int count)
    {
        var contexts = services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>();
        for (var i = 0; ; i++)
        {
            await using var db = await contexts.CreateDbContextAsync();
            var rows = await db.RejectedSignals.OrderBy(row => row.Id).ToListAsync();
            if (rows.Count >= count || i == 100)
            {
                return rows;
            }

            await Task.Delay(50);
        }
    }
}
