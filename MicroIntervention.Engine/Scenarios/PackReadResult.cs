using System.Collections.Immutable;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>A pack, or every fault that was found in it.</summary>
/// <param name="Pack">Null exactly when there are faults.</param>
/// <param name="Faults">In the order of the file.</param>
public sealed record PackReadResult(ScenarioPack? Pack, ImmutableArray<PackFault> Faults);
