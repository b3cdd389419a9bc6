using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Which decisions a page wants. Everything unset means any.</summary>
public sealed record DecisionQuery
{
    public string? Scenario { get; init; }

    public byte? Verdict { get; init; }

    public byte? Reason { get; init; }

    /// <summary>Earliest.</summary>
    public Moment? Since { get; init; }

    /// <summary>Goes on after this one (the last of the page before).</summary>
    public DecisionCursor? After { get; init; }

    /// <summary>Most rows; 1 to 1,000. Default 50.</summary>
    public int Limit { get; init; } = 50;
}
