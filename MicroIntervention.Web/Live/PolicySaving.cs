using System.Collections.Immutable;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Live;

/// <summary>How the saving of a policy ended.</summary>
public abstract record PolicySaving
{
    private PolicySaving()
    {
    }

    /// <summary>In force, as this version.</summary>
    public sealed record Done(int Version) : PolicySaving;

    /// <summary>Refused; nothing changed.</summary>
    /// <param name="Faults">Everything that is wrong, as sentences.</param>
    public sealed record Refused(ImmutableArray<string> Faults) : PolicySaving;

    /// <summary>Somebody else changed the policy after the editor had read it; nothing was saved.</summary>
    /// <param name="InForce">What is in force now.</param>
    /// <param name="By">The version that did it; null when no page did.</param>
    public sealed record Overtaken(PolicyValues InForce, PolicyVersion? By) : PolicySaving;
}
