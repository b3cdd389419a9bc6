namespace MicroIntervention.Web.Storage.Log;

/// <summary>Whether the log can be written, and if not, why and since when.</summary>
/// <param name="IsHealthy">False from a failed commit until the next successful one.</param>
/// <param name="Reason">A sentence for the health page; null when healthy.</param>
/// <param name="Since">When it failed first; null when healthy.</param>
public sealed record LogHealth(bool IsHealthy, string? Reason, DateTimeOffset? Since)
{
    public static LogHealth Healthy { get; } = new(true, null, null);
}
