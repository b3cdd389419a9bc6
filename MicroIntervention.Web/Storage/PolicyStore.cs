using Microsoft.EntityFrameworkCore;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Storage;

/// <summary>The history of every policy: versions and acts of control, both append-only.</summary>
public sealed class PolicyStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <summary>Adds the next version of a scenario's policy.</summary>
    /// <returns>Its number, from 1.</returns>
    public async Task<int> AddVersionAsync(ScenarioPolicy policy, string who, string why, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var key = policy.Key.Value;
        var version = (await db.PolicyVersions.Where(row => row.Scenario == key).MaxAsync(row => (int?)row.Version, cancel) ?? 0) + 1;
        db.PolicyVersions.Add(new PolicyVersionRow
        {
            Scenario = key,
            Version = version,
            Threshold = policy.Threshold,
            CapPerSession = policy.MaxPerSession,
            CapPerVisitorDay = policy.MaxPerVisitor,
            CoolDownSeconds = (int)policy.CoolDown.TotalSeconds,
            Stage = policy.Stage == Stage.On ? "on" : "observe",
            Enabled = policy.Enabled,
            Who = who,
            Why = why,
            AtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        });

        // Two people saving at once: the unique index refuses the second, whose page then shows the first's version.
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

    /// <summary>The version in force of every scenario that has one.</summary>
    public async Task<IReadOnlyDictionary<string, PolicyVersion>> CurrentAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.PolicyVersions.AsNoTracking()
            .Where(row => row.Version == db.PolicyVersions.Where(other => other.Scenario == row.Scenario).Max(other => other.Version))
            .ToListAsync(cancel);
        return rows.ToDictionary(row => row.Scenario, ToVersion, StringComparer.Ordinal);
    }

    /// <summary>Writes one act of control down.</summary>
    public async Task AddControlAsync(string kind, string? scenario, int? version, string who, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Controls.Add(new ControlRow { Kind = kind, Scenario = scenario, Version = version, Who = who, AtMs = time.GetUtcNow().ToUnixTimeMilliseconds() });
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Who threw or lifted the kill switch last, and when; null when nobody ever did.</summary>
    public async Task<(string Who, DateTimeOffset At)?> LastKillAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var row = await db.Controls.AsNoTracking()
            .Where(control => control.Kind == "kill" || control.Kind == "unkill")
            .OrderByDescending(control => control.Id)
            .FirstOrDefaultAsync(cancel);
        return row is null ? null : (row.Who, DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs));
    }

    private static PolicyVersion ToVersion(PolicyVersionRow row) => new(
        row.Version,
        new PolicyValues(
            row.Enabled,
            row.Stage == "on" ? Stage.On : Stage.Observe,
            row.Threshold,
            row.CapPerSession,
            row.CapPerVisitorDay,
            TimeSpan.FromSeconds(row.CoolDownSeconds)),
        row.Who,
        DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs),
        row.Why);
}
