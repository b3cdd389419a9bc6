using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Storage;

/// <summary>The history of every policy: versions and acts of control, both append-only.</summary>
/// <remarks>A version is written before the engine takes it; which one is in force the engine says, not the highest number.</remarks>
public sealed class PolicyStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    // A setting's name begins with a letter.
    private const char OwnMark = '$';
    private const string PerWeek = "$perWeek";
    private const string RampShare = "$rampShare";
    private const string Bid = "$bid";
    private const string MarksBots = "$marksBots";

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
            Stage = OverrideJson.WordOf(values.Stage),
            Enabled = values.Enabled,
            SettingsJson = SettingsOf(values),
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

    private static PolicyVersion ToVersion(PolicyVersionRow row)
    {
        var settings = SettingsOf(row);
        return new(
            row.Version,
            new PolicyValues(
                row.Enabled,
                OverrideJson.StageOf(row.Stage) ?? Stage.Observe,
                row.Threshold,
                row.CapPerSession,
                row.CapPerVisitorDay,
                TimeSpan.FromSeconds(row.CoolDownSeconds),
                settings.RemoveRange(settings.Keys.Where(name => name[0] == OwnMark)))
            {
                MaxPerWeek = settings.TryGetValue(PerWeek, out var perWeek) ? (int)perWeek : null,
                RampShare = settings.TryGetValue(RampShare, out var share) ? share : null,
                Bid = settings.TryGetValue(Bid, out var bid) ? bid : null,
                MarksBots = settings.TryGetValue(MarksBots, out var marks) ? marks != 0 : null,
            },
            row.Who,
            DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs),
            row.Why);
    }

    /// <summary>The pack's settings and, under names no setting can have, what else a version says.</summary>
    private static string SettingsOf(PolicyValues values)
    {
        var all = values.Settings.ToBuilder();
        void Own(string name, double? value)
        {
            if (value is { } number)
            {
                all[name] = number;
            }
        }

        Own(PerWeek, values.MaxPerWeek);
        Own(RampShare, values.RampShare);
        Own(Bid, values.Bid);
        Own(MarksBots, values.MarksBots is { } marks ? marks ? 1 : 0 : null);
        return JsonSerializer.Serialize(all.ToImmutable());
    }

    private static ImmutableSortedDictionary<string, double> SettingsOf(PolicyVersionRow row) =>
        (JsonSerializer.Deserialize<Dictionary<string, double>>(row.SettingsJson) ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal);
}
