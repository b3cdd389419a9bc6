using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Storage;

/// <summary>The history of every policy: versions and acts of control, both append-only.</summary>
/// <remarks>A version is written before the engine takes it; which one is in force the engine says, not the highest number.</remarks>
public sealed class PolicyStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <summary>Adds the next version of a scenario's values.</summary>
    /// <returns>Its number, from 1.</returns>
    public async Task<int> AddVersionAsync(string scenario, PolicyValues values, string who, string why, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var version = (await db.PolicyVersions.Where(row => row.Scenario == scenario).MaxAsync(row => (int?)row.Version, cancel) ?? 0) + 1;
        db.PolicyVersions.Add(new PolicyVersionRow
        {
            Scenario = scenario,
            Version = version,
            Threshold = values.Threshold,
            CapPerSession = values.MaxPerSession,
            CapPerVisitorDay = values.MaxPerVisitor,
            CoolDownSeconds = (int)values.CoolDown.TotalSeconds,
            Stage = values.Stage == Stage.On ? "on" : "observe",
            Enabled = values.Enabled,
            SettingsJson = JsonSerializer.Serialize(values.Settings),
            Who = who,
            Why = why,
            AtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        });

        // The unique index is the last guard against two of the same number; ControlRoom lets one save run at a time.
        await db.SaveChangesAsync(cancel);
        return version;
    }

    /// <summary>Versions of a scenario, newest first, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<PolicyVersion>> VersionsAsync(string scenario, int limit, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.PolicyVersions.AsNoTracking()
            .Where(row => row.Scenario == scenario)
            .OrderByDescending(row => row.Version)
            .Take(limit)
            .ToListAsync(cancel);
        return rows.ConvertAll(ToVersion);
    }

    /// <summary>Writes one act of control down.</summary>
    public async Task AddControlAsync(string kind, string? scenario, int? version, string who, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Controls.Add(new ControlRow { Kind = kind, Scenario = scenario, Version = version, Who = who, AtMs = time.GetUtcNow().ToUnixTimeMilliseconds() });
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Takes back a version that the engine refused. A version that was in force is never taken back.</summary>
    public async Task TakeBackAsync(string scenario, int version, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.PolicyVersions.Where(row => row.Scenario == scenario && row.Version == version).ExecuteDeleteAsync(cancel);
    }

    /// <summary>The latest throw or release of the kill switch; null when nobody ever did.</summary>
    public async Task<KillAct?> LastKillAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var row = await db.Controls.AsNoTracking()
            .Where(control => control.Kind == "kill" || control.Kind == "unkill")
            .OrderByDescending(control => control.Id)
            .FirstOrDefaultAsync(cancel);
        return row is null ? null : new KillAct(row.Kind == "kill", row.Who, DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs));
    }

    private static PolicyVersion ToVersion(PolicyVersionRow row) => new(
        row.Version,
        new PolicyValues(
            row.Enabled,
            row.Stage == "on" ? Stage.On : Stage.Observe,
            row.Threshold,
            row.CapPerSession,
            row.CapPerVisitorDay,
            TimeSpan.FromSeconds(row.CoolDownSeconds),
            SettingsOf(row)),
        row.Who,
        DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs),
        row.Why);

    private static ImmutableSortedDictionary<string, double> SettingsOf(PolicyVersionRow row) =>
        (JsonSerializer.Deserialize<Dictionary<string, double>>(row.SettingsJson) ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal);
}
