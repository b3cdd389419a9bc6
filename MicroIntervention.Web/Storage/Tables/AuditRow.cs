namespace MicroIntervention.Web.Storage.Tables;

/// <summary>Who did what in the console. Append-only.</summary>
public sealed class AuditRow
{
    public long Id { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long AtMs { get; set; }

    /// <summary>The person's sign-in name.</summary>
    public required string Who { get; set; }

    /// <summary>The action's name in the role matrix, or <c>sign-in</c>, <c>sign-out</c>, <c>first-run</c>.</summary>
    public required string Action { get; set; }

    /// <summary>What it was done to: a scenario, a source's number, a session's hash. Never a raw id of a customer.</summary>
    public string Target { get; set; } = "";

    public string Detail { get; set; } = "";
}
