using System.Collections.Immutable;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>The settings of a pack, with what people set them to.</summary>
internal static class PackSettingReader
{
    public static ImmutableArray<PackSetting> Read(PackNode? node, PackScope scope, PolicyOverride? changed)
    {
        var settings = ImmutableArray.CreateBuilder<PackSetting>();
        if (node is { } there && PackObject.From(there, known: null) is { } all)
        {
            foreach (var (name, value) in all.Members)
            {
                if (!PackNode.IsName(name))
                {
                    scope.Add(value.Path, "is no name; begin with a letter and use only letters, digits and underscores.");
                }

                if (PackObject.From(value, PackMembers.Setting) is { } setting && One(name, setting, scope, changed) is { } read && PackNode.IsName(name))
                {
                    settings.Add(read);
                }
            }

            if (settings.Count > PackLimits.Settings)
            {
                scope.Add(there.Path, $"has {settings.Count} settings; at most {PackLimits.Settings} are allowed.");
            }
        }

        foreach (var name in changed?.Settings.Keys ?? [])
        {
            if (!scope.Settings.ContainsKey(name))
            {
                scope.Add($"override.settings.{name}", $"is not a setting of the pack.{Spelling.Hint(name, scope.Settings.Keys)}");
            }
        }

        return settings.ToImmutable();
    }

    private static PackSetting? One(string name, PackObject setting, PackScope scope, PolicyOverride? changed)
    {
        var title = setting.Required("title", "what people read beside the number")?.Text(PackLimits.TitleLength);
        var value = setting.Required("value", "the number it has at first")?.Number(-PackLimits.Number, PackLimits.Number);
        var min = setting.Required("min", "the smallest value allowed")?.Number(-PackLimits.Number, PackLimits.Number);
        var max = setting.Required("max", "the largest value allowed")?.Number(-PackLimits.Number, PackLimits.Number);

        // Known even when it is faulty, so that its users are not reported as well.
        scope.Settings[name] = value ?? 0;
        if (title is null || value is null || min is null || max is null)
        {
            return null;
        }

        if (value < min || value > max)
        {
            // Its users go on with an allowed value, so that they are not reported as well.
            scope.Settings[name] = min <= max ? Math.Clamp(value.Value, min.Value, max.Value) : value.Value;
            scope.Add(setting.PathOf("value"), $"is {PackScope.Show(value.Value)}; it must lie between its min {PackScope.Show(min.Value)} and max {PackScope.Show(max.Value)}.");
            return null;
        }

        if (changed?.Settings.TryGetValue(name, out var set) == true)
        {
            if (!(set >= min && set <= max))
            {
                scope.Add($"override.settings.{name}", $"is {PackScope.Show(set)}; it must lie between {PackScope.Show(min.Value)} and {PackScope.Show(max.Value)}.");
                return null;
            }

            value = set;
            scope.Settings[name] = set;
        }

        return new PackSetting(name, title, value.Value, min.Value, max.Value);
    }
}
