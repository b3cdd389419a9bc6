using System.Collections.Immutable;
using System.Text.Json;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>The signals of a pack.</summary>
internal static class PackSignalReader
{
    private static readonly ImmutableArray<(string, SignalFamily)> Families =
        [("behavioral", SignalFamily.Behavioral), ("transactional", SignalFamily.Transactional), ("sentiment", SignalFamily.Sentiment)];

    public static ImmutableArray<PackSignal> Read(PackNode? node, PackScope scope)
    {
        var signals = ImmutableArray.CreateBuilder<PackSignal>();
        if (node is not { } there || PackObject.From(there, known: null) is not { } all)
        {
            return [];
        }

        foreach (var (name, value) in all.Members)
        {
            if (!PackNode.IsName(name))
            {
                scope.Add(value.Path, "is no name; begin with a letter and use only letters, digits and underscores.");
            }

            // Kept even when it is faulty, so that its users are not reported as well.
            signals.Add(One(name, value, scope));
        }

        if (signals.Count > PackLimits.Signals)
        {
            scope.Add(there.Path, $"has {signals.Count} signals; at most {PackLimits.Signals} are allowed.");
        }

        return signals.ToImmutable();
    }

    /// <summary>A property's name: steps of a path separated by dots.</summary>
    public static string? Property(PackNode? node)
    {
        if (node is not { } there || there.Text(PackLimits.EventNameLength) is not { } name)
        {
            return null;
        }

        var steps = name.Split('.');
        if (steps.Length > PackLimits.PropertyDepth || steps.Any(string.IsNullOrWhiteSpace))
        {
            there.Scope.Add(there.Path, $"\"{name}\" is no property; write a name such as \"amount\" or \"order.total\", at most {PackLimits.PropertyDepth} steps deep.");
            return null;
        }

        return name;
    }

    private static PackSignal One(string name, PackNode value, PackScope scope)
    {
        if (PackObject.From(value, PackMembers.Signal) is not { } signal)
        {
            return new PackSignal(name, default, new SignalMatcher([], []));
        }

        var family = signal.Required("family", "behavioral, transactional or sentiment")?.Word(Families);
        var events = Events(signal.Optional("events"), scope);
        var conditions = signal.Optional("where") is { } where
            ? where.Items(1, PackLimits.ConditionsOfSignal).Select(Condition).OfType<SignalCondition>().Order(ConditionOrder).Distinct().ToImmutableArray()
            : [];
        if (!signal.Has("events") && !signal.Has("where"))
        {
            scope.Add(signal.Path, "matches everything; name its events, or leave the feature's signal out to count every signal.");
        }

        return new PackSignal(name, family ?? default, new SignalMatcher(events, conditions));
    }

    private static ImmutableArray<string> Events(PackNode? node, PackScope scope)
    {
        if (node is not { } there)
        {
            return [];
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in there.Items(1, PackLimits.EventsOfSignal))
        {
            if (item.Text(PackLimits.EventNameLength) is not { } name)
            {
                continue;
            }

            if (name.StartsWith("mi:", StringComparison.Ordinal))
            {
                scope.Add(item.Path, $"\"{name}\" is reserved; names that begin with \"mi:\" never come from outside.");
            }
            else if (!names.Add(name))
            {
                scope.Add(item.Path, $"names \"{name}\" twice; keep one.");
            }
        }

        return [.. names];
    }

    private static SignalCondition? Condition(PackNode node)
    {
        if (PackObject.From(node, PackMembers.Condition) is not { } condition)
        {
            return null;
        }

        var property = Property(condition.Required("property", "the name of a property of the event"));
        var given = PackMembers.Condition.Where(m => m != "property" && condition.Has(m)).ToList();
        if (given.Count != 1)
        {
            node.Scope.Add(node.Path, "must compare in exactly one way: is, isNot, atLeast, atMost or exists.");
            return null;
        }

        var literal = condition.Optional(given[0])!.Value;
        return given[0] switch
        {
            "atLeast" when literal.Number(-PackLimits.Number, PackLimits.Number) is { } n && property is not null => new SignalCondition(property, ConditionOperator.AtLeast, null, n),
            "atMost" when literal.Number(-PackLimits.Number, PackLimits.Number) is { } n && property is not null => new SignalCondition(property, ConditionOperator.AtMost, null, n),
            "exists" => Exists(literal, property),
            "is" => Equal(literal, property, ConditionOperator.Is),
            "isNot" => Equal(literal, property, ConditionOperator.IsNot),
            _ => null,
        };
    }

    private static SignalCondition? Exists(PackNode literal, string? property)
    {
        if (literal.Flag() == false)
        {
            literal.Scope.Add(literal.Path, "can only be true; to ask for absence use isNot with the values you know.");
        }

        return property is null ? null : new SignalCondition(property, ConditionOperator.Exists, null, 0);
    }

    /// <summary>A literal is text, a number, or true and false as text. <c>{…}</c> is text here, not a setting.</summary>
    private static SignalCondition? Equal(PackNode literal, string? property, ConditionOperator by)
    {
        var text = literal.Element.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => null,
            _ => literal.Text(PackLimits.EventNameLength, blankAllowed: true),
        };
        var number = literal.Element.ValueKind == JsonValueKind.Number ? literal.Number(-1e15, 1e15) : 0;
        return property is null || number is null || (text is null && literal.Element.ValueKind != JsonValueKind.Number)
            ? null
            : new SignalCondition(property, by, text, number.Value);
    }

    private static readonly Comparer<SignalCondition> ConditionOrder = Comparer<SignalCondition>.Create((a, b) =>
    {
        var order = string.CompareOrdinal(a.Property, b.Property);
        order = order != 0 ? order : a.Operator.CompareTo(b.Operator);
        order = order != 0 ? order : string.CompareOrdinal(a.Text, b.Text);
        return order != 0 ? order : a.Number.CompareTo(b.Number);
    });
}
