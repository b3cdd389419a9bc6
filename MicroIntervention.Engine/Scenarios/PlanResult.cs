using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>A plan and the packs it was built from, or every fault that stood against it.</summary>
/// <param name="Plan">Null exactly when there are faults.</param>
/// <param name="Packs">With what people set differently already in their policy; <c>Packs[i]</c> belongs to <c>Plan.Scenarios[i]</c>. Empty when there are faults.</param>
/// <param name="Faults">Path begins with the pack's key.</param>
public sealed record PlanResult(Plan? Plan, ImmutableArray<ScenarioPack> Packs, ImmutableArray<PackFault> Faults);
