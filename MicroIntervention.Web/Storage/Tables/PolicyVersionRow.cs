namespace MicroIntervention.Web.Storage.Tables;

/// <summary>One immutable version of a scenario's policy. Written before the engine takes it, so the engine's own values say which one is in force.</summary>
public sealed class PolicyVersionRow
{
    public long Id { get; set; }

    public required string Scenario { get; set; }

    /// <summary>1, 2, 3 … within the scenario.</summary>
    public int Version { get; set; }

    /// <summary>On the scenario's own scale: points 0 to 100, or a probability.</summary>
    public double Threshold { get; set; }

    /// <summary>Most prompts in one session; null for no cap.</summary>
    public int? CapPerSession { get; set; }

    /// <summary>Most prompts to one visitor within the policy's window, 24 hours unless the pack says otherwise; null for no cap.</summary>
    public int? CapPerVisitorDay { get; set; }

    public int CoolDownSeconds { get; set; }

    /// <summary><c>observe</c>, <c>pilot</c>, <c>ramp</c> or <c>on</c>.</summary>
    public required string Stage { get; set; }

    public bool Enabled { get; set; }

    /// <summary>A JSON object of name and number: the pack's own settings and, with a <c>$</c> before their names, week cap, ramp share, bid and bot rules.</summary>
    public string SettingsJson { get; set; } = "{}";

    /// <summary>Name of the person, or <c>pack</c> for the values a pack brought along.</summary>
    public required string Who { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long AtMs { get; set; }

    public string Why { get; set; } = "";
}
