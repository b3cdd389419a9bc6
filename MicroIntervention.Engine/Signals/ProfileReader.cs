using System.Collections.Immutable;

namespace MicroIntervention.Engine.Signals;

/// <summary>Reads from a verified event what it says of the customer.</summary>
public static class ProfileReader
{
    /// <summary>Longest value kept, characters; what is longer is left out, not cut.</summary>
    public const int MaxLength = 200;

    /// <summary>What an order is called.</summary>
    public const string OrderCompleted = "Order Completed";

    private static readonly string[] Tiers = ["traits.tier", "traits.loyaltyTier", "traits.plan"];
    private static readonly string[] Locales = ["traits.locale", "traits.language", "context.locale"];
    private static readonly string[] Zones = ["traits.timezone", "traits.zone", "context.timezone"];

    /// <summary>True when the event may hold anything for a profile: a glance that allocates nothing.</summary>
    public static bool MaySay(in Signal signal, ReadOnlySpan<byte> raw) =>
        (signal.Flags & (SignalFlags.Verified | SignalFlags.SignedUser)) != 0 &&
        (signal.Kind == SignalKind.Identify ||
            (signal.Kind == SignalKind.Track && signal.Has(SignalFlags.Verified) && raw.IndexOf("Order Completed"u8) >= 0));

    /// <summary>The facts; empty when it says none, or its source may say none.</summary>
    /// <remarks>A browser that proved whose it is may say name, locale and zone; tier and purchases come from servers only.</remarks>
    public static ImmutableArray<ProfileFact> Read(in Signal signal, ReadOnlySpan<byte> raw)
    {
        if (!MaySay(in signal, raw))
        {
            return [];
        }

        var facts = ImmutableArray.CreateBuilder<ProfileFact>();
        if (signal.Kind == SignalKind.Identify)
        {
            var isServer = signal.Has(SignalFlags.Verified);
            var origin = isServer ? ProfileOrigin.Server : ProfileOrigin.SignedBrowser;
            Add(facts, in signal, ProfileField.PreferredName, CustomerName.Read(raw), "", origin);
            Add(facts, in signal, ProfileField.Tier, isServer ? First(raw, Tiers) : null, "", origin);
            Add(facts, in signal, ProfileField.Locale, First(raw, Locales), "", origin);
            Add(facts, in signal, ProfileField.Zone, First(raw, Zones), "", origin);
        }
        else if (SignalText.Read(raw, "event") == OrderCompleted)
        {
            var name = PurchaseText.NameOf(raw);
            Add(facts, in signal, ProfileField.Purchase, name, PurchaseText.AmountOf(raw), ProfileOrigin.Order);
        }

        return facts.DrainToImmutable();
    }

    private static void Add(ImmutableArray<ProfileFact>.Builder facts, in Signal signal, ProfileField field, string? value, string note, ProfileOrigin origin)
    {
        if (value?.Trim() is { Length: > 0 and <= MaxLength } words)
        {
            facts.Add(new ProfileFact(field, words, note.Length <= MaxLength ? note : "", signal.SourceTime, signal.Source, origin));
        }
    }

    private static string? First(ReadOnlySpan<byte> raw, string[] paths)
    {
        foreach (var path in paths)
        {
            if (SignalText.Read(raw, path) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }
}
