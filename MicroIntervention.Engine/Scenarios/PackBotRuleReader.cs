using System.Collections.Immutable;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>The bot rules of a pack.</summary>
internal static class PackBotRuleReader
{
    public static ImmutableArray<PackBotRule> Read(PackNode? node, ImmutableArray<PackFeature> features, PackScope scope)
    {
        if (node is not { } there)
        {
            return [];
        }

        var rules = ImmutableArray.CreateBuilder<PackBotRule>();
        foreach (var item in there.Items(1, PackLimits.BotRules))
        {
            if (PackObject.From(item, PackMembers.BotRule) is not { } rule)
            {
                continue;
            }

            var title = rule.Required("title", "what people read, for example \"tries three or more accounts\"")?.Text(PackLimits.TitleLength);
            var all = rule.Required("all", "the comparisons that must all hold") is { } listed
                ? listed.Items(1, PackLimits.BotConditions).Select(c => Condition(c, features, scope)).OfType<PackBotCondition>().ToImmutableArray()
                : [];
            if (!all.IsEmpty && !features.IsEmpty && !all.Any(c => features.Any(f => f.Name == c.Feature && f.Signal is not null)))
            {
                scope.Add(rule.PathOf("all"), "compares no feature of a signal; name at least one, so that it is known at which signals to look.");
            }

            if (title is not null)
            {
                rules.Add(new PackBotRule(title, all));
            }
        }

        return rules.ToImmutable();
    }

    private static PackBotCondition? Condition(PackNode node, ImmutableArray<PackFeature> features, PackScope scope)
    {
        if (PackObject.From(node, PackMembers.BotCondition) is not { } condition)
        {
            return null;
        }

        var feature = FeatureName(condition.Required("feature", "the name of one of the pack's features"), features, scope);
        var atLeast = condition.Optional("atLeast")?.Number(-PackLimits.Number, PackLimits.Number);
        var atMost = condition.Optional("atMost")?.Number(-PackLimits.Number, PackLimits.Number);
        var other = FeatureName(condition.Optional("atMostFeature"), features, scope);
        if (!condition.Has("atLeast") && !condition.Has("atMost") && !condition.Has("atMostFeature"))
        {
            scope.Add(condition.Path, "compares nothing; give atLeast, atMost or atMostFeature.");
        }

        if (atLeast > atMost)
        {
            scope.Add(condition.PathOf("atMost"), $"is {PackScope.Show(atMost.Value)}, below atLeast, {PackScope.Show(atLeast.Value)}; it would never hold.");
        }

        return feature is null ? null : new PackBotCondition(feature, atLeast, atMost, other);
    }

    private static string? FeatureName(PackNode? node, ImmutableArray<PackFeature> features, PackScope scope)
    {
        if (node is not { } there || there.Text(PackLimits.NameLength) is not { } name)
        {
            return null;
        }

        // Without any feature the fault is theirs, already told.
        if (features.IsEmpty || features.Any(f => f.Name == name))
        {
            return name;
        }

        scope.Add(there.Path, $"names the feature \"{name}\", which the pack does not have.{Spelling.Hint(name, features.Select(f => f.Name))}");
        return null;
    }
}
