namespace MicroIntervention.Web.Storage;

/// <summary>Something that people should know.</summary>
/// <param name="Kind">Its stable name, for example <c>contract-broken</c>.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Text">A sentence; no personal data of customers.</param>
/// <param name="Path">Page with more; empty when there is none.</param>
/// <param name="Action">What a reader must be allowed.</param>
public sealed record Notice(long Id, DateTimeOffset At, string Kind, string Subject, string Text, string Path, string Action)
{
    public const string ContractBroken = "contract-broken";
    public const string ContractKept = "contract-kept";
}
