using System.Collections.Immutable;
using System.Globalization;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Live;

/// <summary>Where people act on the engine from a page: the act reaches the engine, then history and audit log.</summary>
/// <remarks>The engine comes first and the history second: a stop must not wait for a row.</remarks>
public sealed class ControlRoom(IServiceProvider services, PolicyStore policies, AuditLog audit)
{
    /// <summary>False while no engine runs: nothing can be controlled then.</summary>
    public bool IsConnected => Engine is not null;

    /// <summary>The packs in force; empty while no engine runs.</summary>
    public ImmutableArray<ScenarioPack> Packs => Engine?.Packs ?? [];

    private IEngineControls? Engine => services.GetService<IEngineControls>();

    /// <summary>Throws or lifts the kill switch.</summary>
    /// <exception cref="InvalidOperationException">No engine runs.</exception>
    public async Task SetKilledAsync(bool killed, string who, CancellationToken cancel = default)
    {
        await Required().SetKilledAsync(killed, who, "");
        await policies.AddControlAsync(killed ? "kill" : "unkill", null, null, who, cancel);
        await audit.AddAsync(who, ConsoleAction.LiveKill, "all scenarios", killed ? "stopped" : "resumed", cancel);
    }

    /// <summary>Puts values in force as a new version of a scenario's policy.</summary>
    /// <returns>Empty when done; otherwise what is wrong, as sentences.</returns>
    /// <exception cref="InvalidOperationException">No engine runs.</exception>
    public async Task<ImmutableArray<string>> SaveAsync(ScenarioPack pack, PolicyValues values, string who, string why, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(values);
        var faults = await Required().ChangeAsync(values.ToOverride(pack.Key), who, why);
        if (!faults.IsEmpty)
        {
            return faults;
        }

        var version = await policies.AddVersionAsync(pack.Key.Value, values, who, why, cancel);
        await policies.AddControlAsync("policy", pack.Key.Value, version, who, cancel);
        await audit.AddAsync(who, ConsoleAction.PolicyEdit, pack.Key.Value, "version " + version.ToString(CultureInfo.InvariantCulture), cancel);
        return [];
    }

    private IEngineControls Required() => Engine ?? throw new InvalidOperationException("The engine does not run.");
}
