using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>What a pack's prompts cost of a person's attention, and what it bids.</summary>
internal static class PackAttentionReader
{
    public const double MinBid = 0.5;
    public const double MaxUnits = 100;

    private static readonly ImmutableArray<(string Word, ChannelKind Channel)> Channels = [("web", ChannelKind.Web), ("webhook", ChannelKind.Webhook)];

    /// <param name="root">The pack.</param>
    /// <param name="channels">Where it speaks.</param>
    /// <param name="scope">Gets the faults.</param>
    public static AttentionPrices Read(PackObject root, ImmutableArray<ChannelKind> channels, PackScope scope)
    {
        if (root.Optional("attention") is not { IsNull: false } node || PackObject.From(node, PackMembers.Attention) is not { } attention)
        {
            return AttentionPrices.Default with { Prompt = Dearest(channels, AttentionPrices.DefaultPrompt) };
        }

        var bid = attention.Required("bid", "how much of a person's attention it may ask for, for example 4")?.Number(MinBid, MaxUnits);
        var named = attention.Optional("prompt") is { } listed ? PackObject.From(listed, PackMembers.Prompts) : null;
        var units = Channels.ToDictionary(c => c.Channel, c => named?.Optional(c.Word)?.Number(0, MaxUnits) ?? AttentionPrices.DefaultPrompt(c.Channel));
        foreach (var (word, channel) in Channels)
        {
            if (named?.Has(word) == true && !channels.IsEmpty && !channels.Contains(channel))
            {
                named.Forbid(word, "is a channel that the pack does not speak on.");
            }
        }

        var prices = new AttentionPrices
        {
            Bid = bid,
            Prompt = Dearest(channels, c => units.GetValueOrDefault(c)),
            Repeat = attention.Optional("repeat")?.Number(0, MaxUnits) ?? AttentionPrices.DefaultRepeat,
            Dismissal = attention.Optional("dismissal")?.Number(0, MaxUnits) ?? AttentionPrices.DefaultDismissal,
        };
        if (bid < prices.Prompt)
        {
            scope.Add(attention.PathOf("bid"), $"is {PackScope.Show(bid.Value)}, less than a first prompt's {PackScope.Show(prices.Prompt)}; it would never speak.");
        }

        return prices;
    }

    private static double Dearest(ImmutableArray<ChannelKind> channels, Func<ChannelKind, double> price) => channels.Select(price).DefaultIfEmpty(0).Max();
}
