using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Web.Live;

/// <summary>Acts of control that reach the running engine. Each returns when the control record is durable and in force.</summary>
public interface IEngineControls
{
    /// <summary>Throws or lifts the kill switch of the whole service. When this returns after throwing it, no send starts.</summary>
    Task SetKilledAsync(bool killed, string who, CancellationToken cancel);

    /// <summary>Puts a scenario's policy in force: its switch, stage, threshold, caps and cool-down.</summary>
    Task PutInForceAsync(ScenarioPolicy policy, string who, CancellationToken cancel);
}
