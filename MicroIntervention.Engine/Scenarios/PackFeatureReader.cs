using System.Collections.Immutable;
using MicroIntervention.Engine.Features;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>The features of a pack.</summary>
internal static class PackFeatureReader
{
    private static readonly ImmutableArray<(string, FeatureKind)> Kinds =
    [
        ("count", FeatureKind.Count), ("sum", FeatureKind.Sum), ("max", FeatureKind.Max), ("last", FeatureKind.Last),
        ("timeSince", FeatureKind.TimeSince), ("gap", FeatureKind.Gap), ("age", FeatureKind.Age), ("mean", FeatureKind.Mean),
        ("distinct", FeatureKind.Distinct), ("delta", FeatureKind.Delta), ("decayed", FeatureKind.Decayed),
    ];

    private static readonly ImmutableArray<(string, FeatureScope)> Scopes = [("session", FeatureScope.Session), ("visitor", FeatureScope.Visitor)];

    public static ImmutableArray<PackFeature> Read(PackNode? node, ImmutableArray<PackSignal> signals, PackScope scope)
    {
        if (node is not { } there)
        {
            return [];
        }

        var features = ImmutableArray.CreateBuilder<PackFeature>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in there.Items(1, PackLimits.Features))
        {
            if (PackObject.From(item, PackMembers.Feature) is not { } feature || One(feature, signals, scope) is not { } read)
            {
                continue;
            }

            if (!names.Add(read.Name))
            {
                scope.Add(feature.PathOf("name"), $"\"{read.Name}\" is the name of an earlier feature; give it another.");
                continue;
            }

            features.Add(read);
        }

        return features.ToImmutable();
    }

    /// <summary>Null only without a name; otherwise kept even when faulty, so that its users are not reported as well.</summary>
    private static PackFeature? One(PackObject feature, ImmutableArray<PackSignal> signals, PackScope scope)
    {
        var name = feature.Required("name", "what the model's terms call it")?.Name();
        var title = feature.Required("title", "what people read, for example \"payments declined in 10 minutes\"")?.Text(PackLimits.TitleLength);
        var kind = feature.Required("kind", "count, sum, max, last, timeSince, gap, age, mean, distinct, delta or decayed")?.Word(Kinds);
        var signal = SignalOf(feature, signals, scope);
        var property = PackSignalReader.Property(feature.Optional("property"));
        var window = feature.Optional("window")?.Duration(PackLimits.MinDuration, PackLimits.MaxDuration);
        var halfLife = feature.Optional("halfLife")?.Duration(PackLimits.MinDuration, PackLimits.MaxDuration);
        var exact = feature.Optional("exactUpTo")?.Whole(1, FeatureDefinition.MaxExact);
        var within = feature.Optional("scope")?.Word(Scopes) ?? FeatureScope.Session;
        var whenMissing = feature.Optional("whenMissing")?.Number(-PackLimits.Number, PackLimits.Number);
        if (kind is { } known)
        {
            CheckFit(feature, known);
        }

        if (name is null)
        {
            return null;
        }

        var missing = kind is { } sure && IsNeverMissing(sure) ? 0 : whenMissing ?? FeatureRow.Missing;
        return new PackFeature(name, title ?? name, kind ?? default, signal, property, window ?? halfLife ?? TimeSpan.Zero, exact ?? 0, within, missing);
    }

    /// <summary>What each kind needs and what it cannot use.</summary>
    private static void CheckFit(PackObject feature, FeatureKind kind)
    {
        if (kind is FeatureKind.Sum or FeatureKind.Max or FeatureKind.Last or FeatureKind.Mean or FeatureKind.Distinct or FeatureKind.Delta)
        {
            feature.Required("property", "what it reads, for example \"amount\"");
        }
        else if (kind != FeatureKind.Decayed)
        {
            feature.Forbid("property", "is not used by this kind of feature; sum, max, last, mean, distinct and delta read one, decayed may.");
        }

        if (kind is not (FeatureKind.Count or FeatureKind.Sum or FeatureKind.Max or FeatureKind.Mean or FeatureKind.Distinct or FeatureKind.Delta))
        {
            feature.Forbid("window", "is not used by this kind of feature; count, sum, max, mean, distinct and delta have a window, decayed has a halfLife.");
        }

        if (kind == FeatureKind.Decayed)
        {
            feature.Required("halfLife", "the time after which a signal weighs half, for example \"10m\"");
            if (feature.Optional("scope") is { Element.ValueKind: System.Text.Json.JsonValueKind.String } within && within.Element.GetString() == "visitor")
            {
                feature.Forbid("scope", "cannot be visitor for this kind: what decays never ends, and an idle visitor's windows are forgotten after 24h.");
            }
        }
        else
        {
            feature.Forbid("halfLife", "belongs to the kind decayed.");
        }

        if (kind is not (FeatureKind.Count or FeatureKind.Distinct) || !feature.Has("window"))
        {
            feature.Forbid("exactUpTo", "belongs to a count or distinct count within a window; every other count is exact anyway, a distinct one without window never.");
        }

        if (kind is FeatureKind.Gap or FeatureKind.Age)
        {
            feature.Forbid("signal", "is not used by this kind of feature; it looks at every signal.");
        }

        if (IsNeverMissing(kind))
        {
            feature.Forbid("whenMissing", "is not used by this kind of feature; without signals it is 0.");
        }
    }

    private static bool IsNeverMissing(FeatureKind kind) => kind is FeatureKind.Count or FeatureKind.Sum or FeatureKind.Age or FeatureKind.Distinct or FeatureKind.Decayed;

    private static string? SignalOf(PackObject feature, ImmutableArray<PackSignal> signals, PackScope scope) =>
        feature.Optional("signal") is { } node ? PackTriggerReader.SignalName(node, signals, scope) : null;
}
