using System.Collections.Immutable;
using System.Globalization;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ownership;

/// <summary>Where people propose contracts, agree to them and end them. Every act is in the audit log; pages and the watch follow <see cref="Book"/>.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ContractDesk(ContractStore store, AuditLog audit)
{
    /// <summary>The contracts that stand.</summary>
    public LatestValue<ContractBook> Book { get; } = new(ContractBook.Empty);

    /// <summary>Reads the contracts, and proposes one for each event that the packs name and nobody has ever spoken about.</summary>
    public async Task LoadAsync(IEnumerable<ScenarioPack> packs, CancellationToken cancel = default)
    {
        foreach (var draft in ContractDrafts.Of(packs))
        {
            if (draft.Faults().IsEmpty && (await store.VersionsAsync(draft.Subject, draft.Name, 1, cancel)).Count == 0)
            {
                await store.ProposeAsync(draft, ContractStore.Packs, "what the packs read", cancel);
            }
        }

        await ReloadAsync(cancel);
    }

    /// <summary>Proposes a new version.</summary>
    /// <returns>Every fault; empty when it was taken, also when nothing differed.</returns>
    public async Task<ImmutableArray<string>> ProposeAsync(SignalContract terms, string who, string why)
    {
        if (terms.Faults() is { IsEmpty: false } faults)
        {
            return faults;
        }

        if (await store.ProposeAsync(terms, who, why) is { } version)
        {
            await audit.AddAsync(who, ConsoleAction.ContractsEdit, terms.Name, string.Create(CultureInfo.InvariantCulture, $"proposed version {version}"));
            await ReloadAsync();
        }

        return [];
    }

    /// <summary>Agrees for one side. The named person does; an admin may in their place, and the record says who it was.</summary>
    /// <returns>Resource key of the fault; null when agreed.</returns>
    public async Task<string?> AgreeAsync(ContractVersion version, ContractSide side, string who, bool isAdmin)
    {
        var named = side == ContractSide.Supplier ? version.Terms.Supplier : version.Terms.Validator;
        if (named.Length == 0)
        {
            return "Contracts.FaultNobody";
        }

        if (named != who && !isAdmin)
        {
            return "Contracts.FaultNotYou";
        }

        if (((side == ContractSide.Supplier ? version.Validated : version.Supplied)?.Who ?? "") == who)
        {
            return "Contracts.FaultBoth";
        }

        if (!await store.AgreeAsync(version.Id, side, who))
        {
            return "Contracts.FaultGone";
        }

        var detail = string.Create(CultureInfo.InvariantCulture, $"version {version.Version}: agreed as {(side == ContractSide.Supplier ? "supplier" : "validator")}{(named == who ? "" : " for " + named)}");
        await audit.AddAsync(who, ConsoleAction.ContractsAgree, version.Terms.Name, detail);
        await ReloadAsync();
        return null;
    }

    /// <summary>Ends a version; nothing is enforced from it any more.</summary>
    public async Task WithdrawAsync(ContractVersion version, string who)
    {
        if (await store.WithdrawAsync(version.Id))
        {
            await audit.AddAsync(who, ConsoleAction.ContractsEdit, version.Terms.Name, string.Create(CultureInfo.InvariantCulture, $"withdrew version {version.Version}"));
            await ReloadAsync();
        }
    }

    private async Task ReloadAsync(CancellationToken cancel = default) => Book.Publish(new ContractBook(await store.ListAsync(cancel)));
}
