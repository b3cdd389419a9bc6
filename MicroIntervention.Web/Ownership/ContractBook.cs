using System.Collections.Immutable;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ownership;

/// <summary>The contracts that stand at one moment. Immutable.</summary>
internal sealed class ContractBook(IEnumerable<ContractVersion> versions)
{
    private readonly ImmutableArray<ContractVersion> _standing = [.. versions.Where(v => v.State != ContractState.Superseded)];

    public static ContractBook Empty { get; } = new([]);

    /// <summary>Everything that stands, by name.</summary>
    public ImmutableArray<ContractVersion> Standing => _standing;

    /// <summary>The version that is enforced; null for none.</summary>
    public ContractVersion? InForce(ContractSubject subject, string name) => Find(subject, name, ContractState.Agreed);

    /// <summary>The version that waits for agreement; null for none.</summary>
    public ContractVersion? Proposal(ContractSubject subject, string name) => Find(subject, name, ContractState.Proposed);

    /// <summary>Whether outcomes of a kind count as validated: their validator has agreed to their contract.</summary>
    public bool IsValidated(string outcome) => InForce(ContractSubject.Outcome, outcome) is not null;

    private ContractVersion? Find(ContractSubject subject, string name, ContractState state) =>
        _standing.FirstOrDefault(v => v.State == state && v.Terms.Subject == subject && v.Terms.Name == name);
}
