using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>A pack's JSON to a <see cref="ScenarioPack"/>, or to every fault in it at once. Never throws for what the bytes hold.</summary>
public static class PackReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = PackLimits.Depth };

    /// <param name="json">UTF-8, up to 1 MB.</param>
    public static PackReadResult Read(ReadOnlyMemory<byte> json) => Read(json, changed: null);

    /// <param name="json">UTF-8, up to 1 MB.</param>
    /// <param name="changed">What people set differently; null for nothing.</param>
    public static PackReadResult Read(ReadOnlyMemory<byte> json, PolicyOverride? changed)
    {
        var scope = new PackScope();
        json = json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json; // the mark that some editors put in front of UTF-8
        using var document = Parse(json, scope);
        var pack = document is not null && TextsAreSound(document.RootElement, "$", scope) && PackObject.From(new PackNode(document.RootElement, "$", scope), PackMembers.Pack) is { } root
            ? ReadRoot(root, json, scope, changed)
            : null;
        return scope.Faults.Count == 0
            ? new PackReadResult(pack, [])
            : new PackReadResult(null, [.. scope.Faults]);
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> json, PackScope scope)
    {
        if (json.Length > PackLimits.PackBytes)
        {
            scope.Add("$", $"is {json.Length} bytes long; a pack has at most {PackLimits.PackBytes}.");
            return null;
        }

        if (!Utf8.IsValid(json.Span))
        {
            scope.Add("$", "is not valid UTF-8; save the file as UTF-8.");
            return null;
        }

        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException wrong)
        {
            scope.Add("$", $"is not JSON: line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}. {Plain(wrong.Message)}");
            return null;
        }
    }

    /// <summary>The first sentence; the rest repeats the position.</summary>
    private static string Plain(string message) => message.Split(". ")[0].TrimEnd('.') + ".";

    /// <summary>False when a text holds half a surrogate pair, which JSON can write but no text can hold.</summary>
    private static bool TextsAreSound(JsonElement element, string path, PackScope scope)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    var sound = true;
                    foreach (var property in element.EnumerateObject())
                    {
                        sound &= TextsAreSound(property.Value, $"{path}.{property.Name}", scope);
                    }

                    return sound;
                case JsonValueKind.Array:
                    var all = true;
                    var index = 0;
                    foreach (var item in element.EnumerateArray())
                    {
                        // Numbers are most of a large pack and hold no text: no path is built for them.
                        all &= item.ValueKind == JsonValueKind.Number || TextsAreSound(item, $"{path}[{index}]", scope);
                        index++;
                    }

                    return all;
                case JsonValueKind.String:
                    _ = element.GetString();
                    return true;
                default:
                    return true;
            }
        }
        catch (InvalidOperationException)
        {
            scope.Add(path, "holds half a surrogate pair (\\ud800 to \\udfff); write the whole character.");
            return false;
        }
    }

    private static ScenarioPack? ReadRoot(PackObject root, ReadOnlyMemory<byte> json, PackScope scope, PolicyOverride? changed)
    {
        var key = root.Required("pack", "the scenario's key, for example \"checkout-failure\"")?.Text(PackLimits.NameLength);
        if (key is not null && !IsKey(key))
        {
            scope.Add(root.PathOf("pack"), $"\"{key}\" is no key; begin with a small letter and use only small letters, digits and single hyphens.");
        }

        var version = root.Required("version", "a whole number that grows with every change")?.Whole(1, PackLimits.Version);
        var title = root.Required("title", "what people read")?.Text(PackLimits.TitleLength);
        var description = root.Required("description", "one or two sentences on what it notices and offers")?.Text(PackLimits.DescriptionLength);
        var domain = root.Required("domain", "the kind of business it was made for, for example \"commerce\"")?.Text(PackLimits.NameLength);
        root.Optional("$schema")?.Text(PackLimits.DescriptionLength);
        var settings = PackSettingReader.Read(root.Optional("settings"), scope, changed);
        var signals = PackSignalReader.Read(root.Required("signals", "the events that the features count"), scope);
        var features = PackFeatureReader.Read(root.Required("features", "the numbers that the model looks at"), signals, scope);
        var model = PackModelReader.Read(root.Required("model", "how the features become a score"), features, scope);
        var trigger = PackTriggerReader.ReadTrigger(root.Optional("trigger"), signals, scope);
        var timers = PackTriggerReader.ReadTimers(root.Optional("timers"), signals, scope);
        var bots = PackBotRuleReader.Read(root.Optional("likelyBot"), features, scope);
        var (channels, scripts) = PackScriptReader.Read(root, scope);
        var policy = PackPolicyReader.Read(root, model, trigger, channels, scope, changed);
        var lateAfter = root.Required("lateAfter", "when a prompt is too late to show, for example \"3s\"")?.Duration(PackLimits.MinDuration, PackLimits.MaxLateAfter);
        ReportUnused(root, scope, settings, signals, features, model, bots, trigger, timers);
        if (scope.Faults.Count > 0)
        {
            return null;
        }

        return new ScenarioPack
        {
            Key = new ScenarioKey(key!),
            Version = version!.Value,
            Title = title!,
            Description = description!,
            Domain = domain!,
            Settings = settings,
            Signals = signals,
            Features = features,
            Model = model!,
            Policy = policy! with { Key = new ScenarioKey(key!) },
            Trigger = trigger,
            Timers = timers,
            BotRules = bots,
            LateAfter = lateAfter!.Value,
            Channels = channels,
            Scripts = scripts,
            Source = json,
        };
    }

    private static bool IsKey(string text) =>
        char.IsAsciiLetterLower(text[0]) && text[^1] != '-' && !text.Contains("--", StringComparison.Ordinal) &&
        text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>What nothing uses is a mistake in the making: a mistyped name elsewhere, or work at run time for nothing.</summary>
    private static void ReportUnused(
        PackObject root,
        PackScope scope,
        ImmutableArray<PackSetting> settings,
        ImmutableArray<PackSignal> signals,
        ImmutableArray<PackFeature> features,
        Prediction.ModelArtifact? model,
        ImmutableArray<PackBotRule> bots,
        PackTrigger? trigger,
        ImmutableArray<PackTimer> timers)
    {
        foreach (var setting in settings.Where(s => !scope.UsedSettings.Contains(s.Name)))
        {
            scope.Add($"$.settings.{setting.Name}", $"is used by no number; write \"{{{setting.Name}}}\" where it belongs, or remove it.");
        }

        var named = features.Select(f => f.Signal)
            .Append(trigger?.Signal)
            .Concat(timers.SelectMany(t => new[] { t.Start, t.Cancel }))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var signal in signals.Where(s => !features.IsEmpty && !named.Contains(s.Name)))
        {
            scope.Add($"$.signals.{signal.Name}", "is used by no feature, trigger or timer; use it or remove it.");
        }

        // A faulty model may have lost the terms that use a feature: then nothing can be said.
        var scored = model?.Terms.Select(t => t.Feature).Concat(bots.SelectMany(b => b.All).SelectMany(c => new[] { c.Feature, c.AtMostFeature ?? c.Feature })).ToHashSet(StringComparer.Ordinal);
        for (var f = 0; scored is not null && root.Has("features") && f < features.Length; f++)
        {
            if (!scored.Contains(features[f].Name))
            {
                scope.Add("$.features", $"holds \"{features[f].Name}\", which no term of the model and no bot rule uses; add a term or remove it.");
            }
        }
    }
}
