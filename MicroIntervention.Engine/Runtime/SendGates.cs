using System.Collections.Concurrent;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>The volatile flags that channels look at in the moment of sending. Thread-safe.</summary>
public sealed class SendGates
{
    private readonly ConcurrentDictionary<ScenarioKey, SendGate> _scenarios = new();

    public SendGate Service { get; } = new();

    public SendGate Of(ScenarioKey scenario) => _scenarios.GetOrAdd(scenario, _ => new SendGate(Service));

    /// <summary>Closes what the plan forbids; opens nothing.</summary>
    internal void CloseFor(Plan plan)
    {
        if (plan.Killed)
        {
            Service.Close();
        }

        foreach (var scenario in plan.Scenarios)
        {
            if (!scenario.Policy.Enabled || scenario.Policy.Stage == Stage.Observe)
            {
                Of(scenario.Policy.Key).Close();
            }
        }
    }

    /// <summary>Sets every flag to what the plan says.</summary>
    internal void Follow(Plan plan)
    {
        if (!plan.Killed)
        {
            Service.Open();
        }

        foreach (var scenario in plan.Scenarios)
        {
            if (scenario.Policy.Enabled && scenario.Policy.Stage != Stage.Observe)
            {
                Of(scenario.Policy.Key).Open();
            }
        }

        CloseFor(plan);
    }
}
