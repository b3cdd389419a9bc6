namespace MicroIntervention.Web.Identity;

/// <summary>Names of the actions in role-matrix.json; each is also the name of an authorization policy. A test keeps both equal.</summary>
public static class ConsoleAction
{
    public const string LiveView = "live.view";
    public const string LiveKill = "live.kill";
    public const string CustomersMerge = "customers.merge";
    public const string PolicyView = "policy.view";
    public const string PolicyEdit = "policy.edit";
    public const string SourcesView = "sources.view";
    public const string SourcesBrowser = "sources.browser";
    public const string SourcesServer = "sources.server";
    public const string TourTake = "tour.take";
    public const string PeopleManage = "people.manage";
    public const string WebhooksManage = "webhooks.manage";
    public const string RejectedView = "rejected.view";
    public const string ContractsView = "contracts.view";
    public const string ContractsEdit = "contracts.edit";
    public const string ContractsAgree = "contracts.agree";
    public const string ContractsSample = "contracts.sample";
    public const string NoticesView = "notices.view";
    public const string AuditView = "audit.view";
}
