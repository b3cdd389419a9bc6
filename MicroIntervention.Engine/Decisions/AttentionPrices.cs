using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>What one scenario's prompts cost of a person's attention, and how much of it the scenario may ask for.</summary>
/// <remarks>
/// Unit: the attention that one pop-up takes of somebody who had none lately. What was spent halves with every <see cref="HalfLife"/>, so there is no day at whose
/// beginning everything is allowed again. All scenarios spend from the same person; each says how far it may go (its bid). Reasons for the numbers: docs/scenario-packs.md.
/// </remarks>
public sealed record AttentionPrices
{
    /// <summary>One for every person and scenario: what is spent together must fade together.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromHours(24);

    /// <summary>A prompt of a scenario that spoke to the person within this time is a repeat.</summary>
    public static readonly TimeSpan RepeatWithin = TimeSpan.FromDays(7);

    public const double DefaultRepeat = 1;
    public const double DefaultDismissal = 2;

    /// <summary>Of a scenario that says nothing: no bid, so it is never refused, but its prompts cost what others' do.</summary>
    public static AttentionPrices Default { get; } = new();

    /// <summary>Spent so far and the price of this prompt together stay within it; null: never refused.</summary>
    public double? Bid { get; init; }

    /// <summary>Of a first prompt, on the dearest of the scenario's channels: which one delivers is not known yet when the decision is made.</summary>
    public double Prompt { get; init; } = 1;

    /// <summary>Added when the scenario spoke to the person lately.</summary>
    public double Repeat { get; init; } = DefaultRepeat;

    /// <summary>Added when the person says no.</summary>
    public double Dismissal { get; init; } = DefaultDismissal;

    /// <summary>Price of a prompt where a pack names none.</summary>
    public static double DefaultPrompt(ChannelKind channel) => channel switch
    {
        ChannelKind.Web => 1,

        // Whoever receives it does something unknown with it; a pop-up is the least.
        ChannelKind.Webhook => 1,
        ChannelKind.None => 0,
        _ => throw new InvalidOperationException($"No price for channel {channel}."),
    };
}
