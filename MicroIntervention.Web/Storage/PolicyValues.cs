using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;

namespace MicroIntervention.Web.Storage;

/// <summary>What people may change of a policy.</summary>
/// <param name="Enabled">The scenario's switch.</param>
/// <param name="Threshold">On the scenario's own scale.</param>
/// <param name="MaxPerSession">Null for the pack's own.</param>
/// <param name="MaxPerVisitor">Null for the pack's own.</param>
/// <param name="Settings">The pack's settings by name.</param>
public sealed record PolicyValues(
    bool Enabled,
    Stage Stage,
    double Threshold,
    int? MaxPerSession,
    int? MaxPerVisitor,
    TimeSpan CoolDown,
    ImmutableSortedDictionary<string, double> Settings)
{
    /// <summary>Most prompts to one visitor in seven days. Null for the pack's own.</summary>
    public int? MaxPerWeek { get; init; }

    /// <summary>Share of the visitors at stage ramp, 0.01 to 0.99. Null for the pack's own.</summary>
    public double? RampShare { get; init; }

    /// <summary>Units of attention. Null for the pack's own.</summary>
    public double? Bid { get; init; }

    /// <summary>Whether the pack's bot rules are in force. Null for the pack's own, which is yes.</summary>
    public bool? MarksBots { get; init; }

    /// <summary>The values in force of a pack.</summary>
    public static PolicyValues Of(ScenarioPack pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        var policy = pack.Policy;
        return new PolicyValues(
            policy.Enabled,
            policy.Stage,
            policy.Threshold,
            policy.MaxPerSession,
            policy.MaxPerVisitor,
            policy.CoolDown,
            pack.Settings.ToImmutableSortedDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal))
        {
            MaxPerWeek = policy.MaxPerWeek,
            RampShare = policy.RampShare,
            Bid = policy.Attention.Bid,
            MarksBots = policy.MarksBots,
        };
    }

    public PolicyOverride ToOverride(ScenarioKey scenario) => new()
    {
        Scenario = scenario,
        Enabled = Enabled,
        Stage = Stage,
        Threshold = Threshold,
        MaxPerSession = MaxPerSession,
        MaxPerVisitor = MaxPerVisitor,
        CoolDown = CoolDown,
        MaxPerWeek = MaxPerWeek,
        RampShare = RampShare,
        Bid = Bid,
        LikelyBot = MarksBots,
        Settings = Settings,
    };

    /// <summary>Whether these are the values that <paramref name="inForce"/> came from: a cap left to the pack fits whatever the pack says.</summary>
    public bool Fits(PolicyValues inForce)
    {
        ArgumentNullException.ThrowIfNull(inForce);
        return (this with
        {
            MaxPerSession = MaxPerSession ?? inForce.MaxPerSession,
            MaxPerVisitor = MaxPerVisitor ?? inForce.MaxPerVisitor,
            MaxPerWeek = MaxPerWeek ?? inForce.MaxPerWeek,
            RampShare = RampShare ?? inForce.RampShare,
            Bid = Bid ?? inForce.Bid,
            MarksBots = MarksBots ?? inForce.MarksBots,
        }).Equals(inForce);
    }

    public bool Equals(PolicyValues? other) =>
        other is not null && Enabled == other.Enabled && Stage == other.Stage && Threshold.Equals(other.Threshold) &&
        MaxPerSession == other.MaxPerSession && MaxPerVisitor == other.MaxPerVisitor && CoolDown == other.CoolDown &&
        MaxPerWeek == other.MaxPerWeek && Nullable.Equals(RampShare, other.RampShare) && Nullable.Equals(Bid, other.Bid) && MarksBots == other.MarksBots &&
        Settings.SequenceEqual(other.Settings);

    public override int GetHashCode() => HashCode.Combine(Enabled, Stage, Threshold, MaxPerSession, MaxPerVisitor, CoolDown, Settings.Count);
}
