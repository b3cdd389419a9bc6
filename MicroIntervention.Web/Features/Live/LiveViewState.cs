using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Web.Features.Live;

/// <summary>What the live page's address says: which decisions are listed.</summary>
/// <param name="Reason">Only this reason; null for all.</param>
/// <param name="Scenario">Only this scenario; null for all.</param>
public sealed record LiveViewState(DecisionReason? Reason, string? Scenario)
{
    public static LiveViewState All { get; } = new(null, null);

    public bool IsFiltered => Reason is not null || Scenario is not null;

    /// <summary>Reads the query's values; what it does not know counts as absent.</summary>
    public static LiveViewState Read(string? reason, string? scenario) => new(
        Enum.TryParse<DecisionReason>(reason, ignoreCase: true, out var known) && Enum.IsDefined(known) && !char.IsAsciiDigit(reason![0]) ? known : null,
        string.IsNullOrWhiteSpace(scenario) ? null : scenario);

    /// <summary>The page's address in this state.</summary>
    public string ToPath()
    {
        var parts = new List<string>(2);
        if (Reason is { } reason)
        {
            parts.Add("reason=" + reason);
        }

        if (Scenario is { } scenario)
        {
            parts.Add("scenario=" + Uri.EscapeDataString(scenario));
        }

        return parts.Count == 0 ? "/live" : "/live?" + string.Join('&', parts);
    }
}
