using System.Collections.Immutable;
using MicroIntervention.Engine.Scenarios;

namespace MicroIntervention.Web.Live;

/// <summary>Acts of control that reach the running engine.</summary>
public interface IEngineControls
{
    /// <summary>The packs in force with what people changed, in the order of the plan's scenarios.</summary>
    ImmutableArray<ScenarioPack> Packs { get; }

    /// <summary>Throws or lifts the kill switch of the whole service. When this completes after throwing it, no send starts.</summary>
    Task SetKilledAsync(bool killed, string who, string why);

    /// <summary>Puts another policy of one scenario in force; completes when it is durable.</summary>
    /// <returns>Empty when done; otherwise every reason why it cannot be, as sentences.</returns>
    Task<ImmutableArray<string>> ChangeAsync(PolicyOverride changed, string who, string why);
}
