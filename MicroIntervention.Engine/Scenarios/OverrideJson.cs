using System.Collections.Immutable;
using System.Text.Json;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>A <see cref="PolicyOverride"/> as JSON: only what differs from the pack, always in the same order.</summary>
public static class OverrideJson
{
    public static void Write(Utf8JsonWriter json, PolicyOverride changed)
    {
        json.WriteStartObject();
        json.WriteString("scenario"u8, changed.Scenario.Value);
        if (changed.Enabled is { } enabled)
        {
            json.WriteBoolean("enabled"u8, enabled);
        }

        if (changed.Stage is { } stage)
        {
            json.WriteString("stage"u8, WordOf(stage));
        }

        Number("rampShare", changed.RampShare);

        Number("threshold", changed.Threshold);
        Number("maxPerSession", changed.MaxPerSession);
        Number("maxPerVisitor", changed.MaxPerVisitor);
        Duration("visitorCapWindow", changed.VisitorCapWindow);
        Number("maxPerWeek", changed.MaxPerWeek);
        Duration("coolDown", changed.CoolDown);
        if (changed.QuietHours is { } quiet)
        {
            json.WriteStartObject("quietHours"u8);
            json.WriteString("from"u8, ClockText.Format(quiet.FromMinute));
            json.WriteString("to"u8, ClockText.Format(quiet.ToMinute));
            json.WriteEndObject();
        }

        Number("bid", changed.Bid);
        if (changed.LikelyBot is { } marks)
        {
            json.WriteBoolean("likelyBot"u8, marks);
        }

        if (!changed.Settings.IsEmpty)
        {
            json.WriteStartObject("settings"u8);
            foreach (var (name, value) in changed.Settings)
            {
                json.WriteNumber(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();

        void Number(string name, double? value)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
        }

        void Duration(string name, TimeSpan? value)
        {
            if (value is { } duration)
            {
                json.WriteString(name, DurationText.Format(duration));
            }
        }
    }

    /// <summary>A stage as packs and overrides write it.</summary>
    public static string WordOf(Stage stage)
    {
        foreach (var (word, value) in PackPolicyReader.Stages)
        {
            if (value == stage)
            {
                return word;
            }
        }

        throw new InvalidOperationException($"No word for stage {stage}.");
    }

    /// <summary>The stage that a word says; null for no known one.</summary>
    public static Stage? StageOf(string word)
    {
        foreach (var (known, value) in PackPolicyReader.Stages)
        {
            if (known == word)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Reads one; what is wrong with it goes to the scope. Ranges are checked when a plan is built.</summary>
    internal static PolicyOverride? Read(PackNode node)
    {
        if (PackObject.From(node, PackMembers.Override) is not { } changed)
        {
            return null;
        }

        var scenario = changed.Required("scenario", "the key of a pack")?.Text(PackLimits.NameLength);
        var settings = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        if (changed.Optional("settings") is { } set && PackObject.From(set, known: null) is { } values)
        {
            foreach (var (name, value) in values.Members)
            {
                settings[name] = value.Number(-PackLimits.Number, PackLimits.Number) ?? 0;
            }
        }

        return scenario is null ? null : new PolicyOverride
        {
            Scenario = new ScenarioKey(scenario),
            Enabled = changed.Optional("enabled")?.Flag(),
            Stage = changed.Optional("stage")?.Word(PackPolicyReader.Stages),
            RampShare = changed.Optional("rampShare")?.Number(-PackLimits.Number, PackLimits.Number),
            Threshold = changed.Optional("threshold")?.Number(-PackLimits.Number, PackLimits.Number),
            MaxPerSession = changed.Optional("maxPerSession")?.Whole(int.MinValue, int.MaxValue),
            MaxPerVisitor = changed.Optional("maxPerVisitor")?.Whole(int.MinValue, int.MaxValue),
            VisitorCapWindow = changed.Optional("visitorCapWindow")?.Duration(TimeSpan.Zero, TimeSpan.FromDays(3650)),
            MaxPerWeek = changed.Optional("maxPerWeek")?.Whole(int.MinValue, int.MaxValue),
            CoolDown = changed.Optional("coolDown")?.Duration(TimeSpan.Zero, TimeSpan.FromDays(3650)),
            QuietHours = changed.Optional("quietHours") is { } quiet ? PackPolicyReader.ReadHours(quiet, equalAllowed: true) : null,
            Bid = changed.Optional("bid")?.Number(-PackLimits.Number, PackLimits.Number),
            LikelyBot = changed.Optional("likelyBot")?.Flag(),
            Settings = settings.ToImmutable(),
        };
    }
}
