using System.Collections.Immutable;
using System.Globalization;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Live;

/// <summary>Where people act on the engine from a page: the act reaches the engine, and history and audit log say so.</summary>
/// <remarks>Thread-safe; policies are saved one at a time. A stop reaches the engine first, for it must not wait for a row.</remarks>
public sealed class ControlRoom(IServiceProvider services, PolicyStore policies, AuditLog audit) : IDisposable
{
    private static readonly TimeSpan FactsReach = TimeSpan.FromDays(30);

    private readonly SemaphoreSlim _oneSave = new(1, 1);

    /// <summary>False while no engine runs: nothing can be controlled then.</summary>
    public bool IsConnected => Engine is not null;

    /// <summary>The packs in force; empty while no engine runs.</summary>
    public ImmutableArray<ScenarioPack> Packs => Engine?.Packs ?? [];

    private IEngineControls? Engine => services.GetService<IEngineControls>();

    /// <summary>What people call a scenario; its key when its pack is not loaded any more.</summary>
    public string TitleOf(string scenario) => Packs.FirstOrDefault(pack => pack.Key.Value == scenario)?.Title ?? scenario;

    /// <summary>What is known of a scenario when its stage is thought about. Counted from the log and the live feed; what no part of the program records yet stays unknown.</summary>
    public async Task<StageFacts> ReadStageFactsAsync(ScenarioKey scenario)
    {
        var installation = services.GetService<Installation>();
        var since = Moment.From(services.GetRequiredService<TimeProvider>().GetUtcNow()) + -FactsReach;

        // Off the page's thread: it counts a month of the log's index.
        var counts = installation is null ? null : await Task.Run(() => new DecisionLog(installation).CountSince(since).FindAll(count => count.Scenario == scenario.Value && count.Reason != (byte)DecisionReason.LikelyBot));
        var seen = (services.GetService<LiveFeed>()?.Latest(int.MaxValue) ?? [])
            .Where(item => item.Decision is Decision.Intervene && item.Decision.Facts.Scenario == scenario && !item.Decision.Facts.IsTest && item.State >= FeedState.Shown && item.State != FeedState.WithheldInBrowser)
            .ToList();
        return new StageFacts(
            counts?.Sum(count => count.Count),
            counts?.Where(count => count.Reason == (byte)DecisionReason.Chosen).Sum(count => count.Count),
            seen.Count == 0 ? null : seen.Count(item => item.State == FeedState.Dismissed) / (double)seen.Count,
            ScriptReviewed: null,
            ContractsAgreed: null,
            Labels: null);
    }

    /// <summary>Throws or lifts the kill switch.</summary>
    /// <exception cref="InvalidOperationException">No engine runs.</exception>
    public async Task SetKilledAsync(bool killed, string who, CancellationToken cancel = default)
    {
        await Required().SetKilledAsync(killed, who, "");
        await policies.AddControlAsync(killed ? "kill" : "unkill", null, null, who, cancel);
        await audit.AddAsync(who, ConsoleAction.LiveKill, "all scenarios", killed ? "stopped" : "resumed", cancel);
    }

    /// <summary>Puts values in force as a new version of a scenario's policy, unless somebody else changed it meanwhile.</summary>
    /// <remarks>
    /// The row comes first and the engine second: a crash in between leaves a version that was never in force, which the page can tell from the
    /// engine's own values; the other way round it would leave a change that nobody made.
    /// </remarks>
    /// <param name="read">The values the editor began from.</param>
    /// <param name="values">What shall be in force.</param>
    /// <exception cref="InvalidOperationException">No engine runs.</exception>
    public async Task<PolicySaving> SaveAsync(ScenarioPack pack, PolicyValues read, PolicyValues values, string who, string why, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(values);
        await _oneSave.WaitAsync(cancel);
        try
        {
            var inForce = PolicyValues.Of(Packs.FirstOrDefault(current => current.Key == pack.Key) ?? pack);
            if (!read.Equals(inForce))
            {
                var by = (await policies.VersionsAsync(pack.Key.Value, 50, cancel)).FirstOrDefault(version => version.Values.Fits(inForce));
                return new PolicySaving.Overtaken(inForce, by);
            }

            var changed = values.ToOverride(pack.Key);
            var tried = PackReader.Read(pack.Source, changed);
            return tried.Pack is null || !tried.Faults.IsEmpty
                ? new PolicySaving.Refused([.. tried.Faults.Select(fault => fault.ToString())])
                : await PutAsync(pack, values, who, why, cancel);
        }
        finally
        {
            _oneSave.Release();
        }
    }

    public void Dispose() => _oneSave.Dispose();

    private async Task<PolicySaving> PutAsync(ScenarioPack pack, PolicyValues values, string who, string why, CancellationToken cancel)
    {
        var version = await policies.AddVersionAsync(pack.Key.Value, values, who, why, cancel);
        var faults = await Required().ChangeAsync(values.ToOverride(pack.Key), who, why);
        if (!faults.IsEmpty)
        {
            await policies.TakeBackAsync(pack.Key.Value, version, CancellationToken.None);
            return new PolicySaving.Refused(faults);
        }

        // In force now, whatever becomes of the page that asked.
        await policies.AddControlAsync("policy", pack.Key.Value, version, who, CancellationToken.None);
        await audit.AddAsync(who, ConsoleAction.PolicyEdit, pack.Key.Value, "version " + version.ToString(CultureInfo.InvariantCulture), CancellationToken.None);
        return new PolicySaving.Done(version);
    }

    private IEngineControls Required() => Engine ?? throw new InvalidOperationException("The engine does not run.");
}
