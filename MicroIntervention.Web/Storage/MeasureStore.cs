using Microsoft.EntityFrameworkCore;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Storage;

/// <summary>What was measured of signals, and samples of those that broke their contract.</summary>
public sealed class MeasureStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    private const int KeptOfAName = 200;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    public async Task<IReadOnlyList<SignalMeasure>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.SignalMeasures.AsNoTracking().ToListAsync(cancel);
        return rows.ConvertAll(row => new SignalMeasure(row.Name, DateTimeOffset.FromUnixTimeMilliseconds(row.FirstSeenMs), DateTimeOffset.FromUnixTimeMilliseconds(row.LastSeenMs), row.Count));
    }

    /// <summary>Writes the present measures in place of the former ones of the same names.</summary>
    public async Task SaveAsync(IEnumerable<SignalMeasure> measures, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.SignalMeasures.ToDictionaryAsync(row => row.Name, StringComparer.Ordinal, cancel);
        foreach (var measure in measures)
        {
            if (!rows.TryGetValue(measure.Name, out var row))
            {
                row = new SignalMeasureRow { Name = measure.Name, FirstSeenMs = measure.FirstSeen.ToUnixTimeMilliseconds() };
                db.SignalMeasures.Add(row);
            }

            (row.LastSeenMs, row.Count) = (measure.LastSeen.ToUnixTimeMilliseconds(), measure.Count);
        }

        await db.SaveChangesAsync(cancel);
    }

    /// <summary>The latest violations of a name, newest first.</summary>
    public async Task<IReadOnlyList<Violation>> ListViolationsAsync(string name, int limit, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.ContractViolations.AsNoTracking().Where(row => row.Name == name).OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancel);
        return rows.ConvertAll(row => new Violation(row.Name, row.Version, DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs), row.Source, row.Fault, row.Sample));
    }

    /// <summary>Adds violations and lets go of what is too old or too much.</summary>
    public async Task AddAsync(IReadOnlyCollection<Violation> violations, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.ContractViolations.AddRange(violations.Select(v => new ContractViolationRow
        {
            Name = v.Name, Version = v.Version, AtMs = v.At.ToUnixTimeMilliseconds(), Source = v.Source, Fault = v.Fault, Sample = v.Sample,
        }));
        await db.SaveChangesAsync(cancel);
        foreach (var name in violations.Select(v => v.Name).Distinct(StringComparer.Ordinal))
        {
            var last = await db.ContractViolations.Where(row => row.Name == name).OrderByDescending(row => row.Id).Skip(KeptOfAName).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancel);
            if (last is { } tooMuch)
            {
                await db.ContractViolations.Where(row => row.Name == name && row.Id <= tooMuch).ExecuteDeleteAsync(cancel);
            }
        }

        var before = (time.GetUtcNow() - KeptFor).ToUnixTimeMilliseconds();
        await db.ContractViolations.Where(row => row.AtMs < before).ExecuteDeleteAsync(cancel);
    }
}
