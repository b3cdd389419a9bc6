namespace MicroIntervention.Web.Storage.Tables;

/// <summary>One event that broke its contract, kept 30 days; a kind keeps its latest 200.</summary>
public sealed class ContractViolationRow
{
    public long Id { get; set; }

    /// <summary>The event's name.</summary>
    public required string Name { get; set; }

    /// <summary>Version of the contract that it broke.</summary>
    public int Version { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long AtMs { get; set; }

    /// <summary>The source's number.</summary>
    public int Source { get; set; }

    /// <summary>Which field, and what is wrong with it.</summary>
    public required string Fault { get; set; }

    /// <summary>The event with every text that may be personal blacked out before it came here, at most 4 KB.</summary>
    public string Sample { get; set; } = "";
}
