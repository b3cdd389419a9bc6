namespace MicroIntervention.Web.Storage;

/// <summary>One line of the audit log as a page shows it.</summary>
public sealed record AuditEntry(long Id, DateTimeOffset At, string Who, string Action, string Target, string Detail);
