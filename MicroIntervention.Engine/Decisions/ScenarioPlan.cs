using MicroIntervention.Engine.Prediction;

namespace MicroIntervention.Engine.Decisions;

/// <summary>One scenario compiled into a plan.</summary>
/// <param name="Policy">When it may speak.</param>
/// <param name="Model">What it scores with; its row map fits the plan's features.</param>
/// <param name="Name">64 bits of the keyed hash of its key: stays the same when the plan's order changes.</param>
/// <param name="FirstTimer">Index of its first timer among all timers of the plan.</param>
public sealed record ScenarioPlan(ScenarioPolicy Policy, AdditiveModel Model, ulong Name, int FirstTimer);
