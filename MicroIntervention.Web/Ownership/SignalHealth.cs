using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ownership;

/// <summary>One kind of signal as the watch last found it.</summary>
/// <param name="Fault">What breaks its contract; measured for proposals too.</param>
/// <param name="IsEnforced">The contract is agreed: scenarios abstain because of the fault.</param>
/// <param name="Bad">Of <paramref name="Checked"/> latest checked events, those that break the shape.</param>
/// <param name="Dependents">Scenarios that read it under the plan in force.</param>
public sealed record SignalHealth(
    string Name, SignalFault Fault, bool IsEnforced, DateTimeOffset? LastSeen, long Count, int Bad, int Checked, ImmutableArray<ScenarioKey> Dependents);

/// <summary>All kinds at one moment, by name.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="Unnamed">Signals whose name found no room in the census.</param>
public sealed record SignalBoard(DateTimeOffset At, ImmutableArray<SignalHealth> Kinds, long Unnamed)
{
    public static SignalBoard None { get; } = new(default, [], 0);

    public SignalHealth? Find(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);
}
