using System.Collections.Immutable;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ownership;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Data;

/// <summary>One line of the page of signals: a contract, what was measured, or both.</summary>
public sealed record SignalRow(ContractSubject Subject, string Name, ContractVersion? InForce, ContractVersion? Proposal, SignalHealth? Health)
{
    /// <summary>The version whose terms a reader should see.</summary>
    public ContractVersion? Shown => InForce ?? Proposal;

    public SignalFault Fault => Health?.Fault ?? SignalFault.None;

    /// <summary>Its scenarios abstain because of it.</summary>
    public bool IsBroken => Health is { IsEnforced: true, Fault: not SignalFault.None };

    /// <summary>Signals with those that break an agreed contract first, then those that scenarios read, then by name; outcomes by name.</summary>
    internal static ImmutableArray<SignalRow> Of(ContractSubject subject, ContractBook book, SignalBoard board)
    {
        var names = book.Standing.Where(version => version.Terms.Subject == subject).Select(version => version.Terms.Name);
        if (subject == ContractSubject.Signal)
        {
            names = names.Concat(board.Kinds.Where(kind => kind.LastSeen is not null).Select(kind => kind.Name));
        }

        return
        [
            .. names.Distinct(StringComparer.Ordinal)
                .Select(name => new SignalRow(
                    subject, name, book.InForce(subject, name), book.Proposal(subject, name), subject == ContractSubject.Signal ? board.Find(name) : null))
                .OrderByDescending(row => row.IsBroken)
                .ThenByDescending(row => row.Health?.Dependents.Length > 0)
                .ThenBy(row => row.Name, StringComparer.Ordinal),
        ];
    }
}
