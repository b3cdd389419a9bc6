using MicroIntervention.Engine.Decisions;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Live;

/// <summary>Where people act on the engine: every act is checked, written down and put in force.</summary>
/// <remarks>The engine comes first and the history second: a stop must not wait for a row.</remarks>
public sealed class ControlDesk(IServiceProvider services, PolicyStore policies, AuditLog audit)
{
    /// <summary>False while no engine runs: nothing can be controlled then.</summary>
    public bool IsConnected => services.GetService<IEngineControls>() is not null;

    /// <summary>Throws or lifts the kill switch.</summary>
    public async Task SetKilledAsync(bool killed, string who, CancellationToken cancel = default)
    {
        await Engine().SetKilledAsync(killed, who, cancel);
        await policies.AddControlAsync(killed ? "kill" : "unkill", null, null, who, cancel);
        await audit.AddAsync(who, ConsoleAction.LiveKill, "all scenarios", killed ? "stopped" : "resumed", cancel);
    }

    /// <summary>Makes a new version of a policy and puts it in force.</summary>
    /// <returns>The version's number.</returns>
    public async Task<int> SaveAsync(ScenarioPolicy policy, string who, string why, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        await Engine().PutInForceAsync(policy, who, cancel);
        var version = await policies.AddVersionAsync(policy, who, why, cancel);
        await policies.AddControlAsync("policy", policy.Key.Value, version, who, cancel);
        await audit.AddAsync(who, ConsoleAction.PolicyEdit, policy.Key.Value, "version " + version.ToString(System.Globalization.CultureInfo.InvariantCulture), cancel);
        return version;
    }

    private IEngineControls Engine() =>
        services.GetService<IEngineControls>() ?? throw new InvalidOperationException("The engine does not run.");
}
