using System.Collections.Immutable;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Operations;

namespace MicroIntervention.Web.Live;

/// <summary>The running engine's control desk, as pages know it.</summary>
internal sealed class EngineControls(ControlDesk desk) : IEngineControls
{
    public ImmutableArray<ScenarioPack> Packs => desk.Packs;

    public Task SetKilledAsync(bool killed, string who, string why) => desk.KillAsync(killed, who, why);

    public Task<ImmutableArray<string>> ChangeAsync(PolicyOverride changed, string who, string why) => desk.ChangeAsync(changed, who, why);
}
