using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Web.Storage;

/// <summary>One version of a scenario's policy as a page shows it.</summary>
public sealed record PolicyVersion(int Version, PolicyValues Values, string Who, DateTimeOffset At, string Why)
{
    /// <summary>These values on top of a policy's other settings.</summary>
    public ScenarioPolicy ApplyTo(ScenarioPolicy policy) => Values.ApplyTo(policy);
}
