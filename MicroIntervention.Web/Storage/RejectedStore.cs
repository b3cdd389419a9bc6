using Microsoft.EntityFrameworkCore;

namespace MicroIntervention.Web.Storage;

/// <summary>Reads what the doors refused, for the page that shows it.</summary>
public sealed class RejectedStore(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Refusals by source and fault, the latest first, at most <paramref name="limit"/> groups.</summary>
    public async Task<IReadOnlyList<RejectedGroup>> GroupsAsync(int limit, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var groups = await db.RejectedSignals.AsNoTracking()
            .GroupBy(row => new { row.Source, row.Reason, row.Detail })
            .Select(group => new { group.Key.Source, group.Key.Reason, group.Key.Detail, Count = group.Count(), Latest = group.Max(row => row.Id) })
            .OrderByDescending(group => group.Latest)
            .Take(limit)
            .ToListAsync(cancel);
        var latest = groups.ConvertAll(group => group.Latest);
        var samples = await db.RejectedSignals.AsNoTracking().Where(row => latest.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancel);
        var names = await db.Sources.AsNoTracking().ToDictionaryAsync(row => row.Number, row => row.Name, cancel);
        return groups.ConvertAll(group => new RejectedGroup(
            group.Source,
            names.GetValueOrDefault(group.Source),
            group.Reason,
            group.Detail,
            group.Count,
            DateTimeOffset.FromUnixTimeMilliseconds(samples.TryGetValue(group.Latest, out var row) ? row.AtMs : 0),
            row?.Payload ?? []));
    }
}
