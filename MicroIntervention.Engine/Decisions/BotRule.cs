using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>A pattern of features that marks a session as likely a program's. Data: a pack declares it, the windows compute it, so it is recorded, replayed and explained like a score.</summary>
/// <param name="Scenario">Whose pack declared it.</param>
/// <param name="Title">What people read, for example "tries three or more accounts".</param>
/// <param name="All">Every one of these holds.</param>
/// <param name="Looks">Bits of the matchers whose signals its features look at: only at one of these can it begin to hold.</param>
public sealed record BotRule(ScenarioKey Scenario, string Title, ImmutableArray<BotCondition> All, ulong Looks)
{
    /// <param name="row">The plan's features now.</param>
    internal bool Holds(ReadOnlySpan<double> row)
    {
        foreach (ref readonly var condition in All.AsSpan())
        {
            if (!condition.Holds(row))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One comparison of a rule.</summary>
/// <param name="Feature">Index in the row.</param>
/// <param name="AtLeast">Smallest value that holds.</param>
/// <param name="AtMost">Largest value that holds.</param>
/// <param name="NotAbove">Index of a feature whose value it must not exceed; −1 for none.</param>
public readonly record struct BotCondition(int Feature, double AtLeast, double AtMost, int NotAbove)
{
    /// <summary>A missing value holds in no condition.</summary>
    internal bool Holds(ReadOnlySpan<double> row)
    {
        var value = row[Feature];
        return !Features.FeatureRow.IsMissing(value) && value >= AtLeast && value <= AtMost && (NotAbove < 0 || value <= row[NotAbove]);
    }
}
