using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Web.Storage;

/// <summary>What people may change of a policy.</summary>
/// <param name="Threshold">On the scenario's own scale.</param>
/// <param name="MaxPerSession">Null for no cap.</param>
/// <param name="MaxPerVisitor">Null for no cap.</param>
public sealed record PolicyValues(bool Enabled, Stage Stage, double Threshold, int? MaxPerSession, int? MaxPerVisitor, TimeSpan CoolDown)
{
    public static PolicyValues Of(ScenarioPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new PolicyValues(policy.Enabled, policy.Stage, policy.Threshold, policy.MaxPerSession, policy.MaxPerVisitor, policy.CoolDown);
    }

    public ScenarioPolicy ApplyTo(ScenarioPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy with
        {
            Enabled = Enabled,
            Stage = Stage,
            Threshold = Threshold,
            MaxPerSession = MaxPerSession,
            MaxPerVisitor = MaxPerVisitor,
            CoolDown = CoolDown,
        };
    }
}
