namespace MicroIntervention.Web.Storage.Tables;

/// <summary>One act of control: the kill switch, a scenario's flag, a policy put in force. Append-only.</summary>
public sealed class ControlRow
{
    public long Id { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long AtMs { get; set; }

    /// <summary><c>kill</c>, <c>unkill</c>, <c>flag-on</c>, <c>flag-off</c> or <c>policy</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>Null when the whole service is meant.</summary>
    public string? Scenario { get; set; }

    /// <summary>The policy's version for <c>policy</c>; otherwise null.</summary>
    public int? Version { get; set; }

    public required string Who { get; set; }

    public string Why { get; set; } = "";
}
