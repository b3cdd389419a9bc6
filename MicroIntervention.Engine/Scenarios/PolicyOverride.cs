using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>What people set differently from a pack, in the console. Null (or an absent setting) means the pack's own value. Checked by the same rules as a pack.</summary>
public sealed record PolicyOverride
{
    public required ScenarioKey Scenario { get; init; }

    /// <summary>The scenario's switch.</summary>
    public bool? Enabled { get; init; }

    public Stage? Stage { get; init; }

    /// <summary>0.01 to 0.99.</summary>
    public double? RampShare { get; init; }

    /// <summary>Points or probability, on the scale of the pack's model.</summary>
    public double? Threshold { get; init; }

    /// <summary>1 to 16.</summary>
    public int? MaxPerSession { get; init; }

    /// <summary>1 to 16.</summary>
    public int? MaxPerVisitor { get; init; }

    /// <summary>1 s to 24 h.</summary>
    public TimeSpan? VisitorCapWindow { get; init; }

    /// <summary>Within seven days; 1 to 16.</summary>
    public int? MaxPerWeek { get; init; }

    /// <summary>Zero for none, else 1 s to 24 h.</summary>
    public TimeSpan? CoolDown { get; init; }

    /// <summary>Two equal times mean none.</summary>
    public QuietHours? QuietHours { get; init; }

    /// <summary>Units of attention, 0.5 to 100 and not less than a first prompt costs.</summary>
    public double? Bid { get; init; }

    /// <summary>False switches the pack's bot rules off.</summary>
    public bool? LikelyBot { get; init; }

    /// <summary>Values of the pack's settings, by name.</summary>
    public ImmutableSortedDictionary<string, double> Settings { get; init; } = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);
}
