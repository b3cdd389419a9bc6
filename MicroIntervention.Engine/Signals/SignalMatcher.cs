using System.Collections.Immutable;

namespace MicroIntervention.Engine.Signals;

/// <summary>Which events count: any of the names, and every condition on their properties.</summary>
/// <param name="Events">Event names, compared exactly (ordinal). Empty means every event of kinds track and page.</param>
/// <param name="Conditions">All must hold.</param>
public sealed record SignalMatcher(ImmutableArray<string> Events, ImmutableArray<SignalCondition> Conditions)
{
    public bool Equals(SignalMatcher? other) =>
        other is not null && Events.AsSpan().SequenceEqual(other.Events.AsSpan()) && Conditions.AsSpan().SequenceEqual(other.Conditions.AsSpan());

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var name in Events)
        {
            hash.Add(name, StringComparer.Ordinal);
        }

        hash.Add(Conditions.Length);
        return hash.ToHashCode();
    }
}

/// <summary>One condition on a property of an event.</summary>
/// <param name="Property">Name below <c>properties</c> (or <c>traits</c>), dots for nesting.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Text">The literal when it is text; a JSON true or false is compared as "true" or "false".</param>
/// <param name="Number">The literal when it is a number.</param>
public readonly record struct SignalCondition(string Property, ConditionOperator Operator, string? Text, double Number);

/// <summary>How a condition compares.</summary>
public enum ConditionOperator : byte
{
    /// <summary>Text equal, ordinal (numbers: equal value). A number written as text is text.</summary>
    Is = 0,

    /// <summary>The opposite of <see cref="Is"/>; so also true when the property is absent.</summary>
    IsNot = 1,

    /// <summary>Number ≥ literal. False when absent or not a number.</summary>
    AtLeast = 2,

    /// <summary>Number ≤ literal. False when absent or not a number.</summary>
    AtMost = 3,

    /// <summary>The property is there and not null.</summary>
    Exists = 4,
}
