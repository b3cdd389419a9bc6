using System.Text;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ownership.Odcs;

/// <summary><c>GET /data/contracts/{subject}/{**name}?format=yaml|json</c>: a contract as a file; <c>/data/contracts/all/all</c> gives every standing one.</summary>
internal static class ContractFile
{
    /// <summary>What stands of one name: the agreed version, else the proposal. All of them are one file of several YAML documents.</summary>
    public static IResult Get(string subject, string name, string? format, ContractDesk desk)
    {
        var book = desk.Book.Current;
        if (subject == "all")
        {
            var all = book.Standing.GroupBy(v => (v.Terms.Subject, v.Terms.Name)).Select(group => group.FirstOrDefault(v => v.State == ContractState.Agreed) ?? group.First());
            return File(string.Concat(all.Select(version => "---\n" + OdcsText.ToYaml(OdcsWriter.Write(version)))), "application/yaml", "contracts.odcs.yaml");
        }

        ContractSubject? of = subject switch { "signal" => ContractSubject.Signal, "outcome" => ContractSubject.Outcome, _ => null };
        if (of is not { } known || (book.InForce(known, name) ?? book.Proposal(known, name)) is not { } contract)
        {
            return Results.NotFound();
        }

        var document = OdcsWriter.Write(contract);
        var stem = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        return format == "json"
            ? File(OdcsText.ToJson(document), "application/json", stem + ".odcs.json")
            : File(OdcsText.ToYaml(document), "application/yaml", stem + ".odcs.yaml");
    }

    private static IResult File(string text, string type, string name) => Results.File(Encoding.UTF8.GetBytes(text), type, name);
}
