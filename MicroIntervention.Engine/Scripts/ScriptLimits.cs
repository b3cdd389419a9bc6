using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Scripts;

/// <summary>Longest texts a channel takes, in UTF-16 units with fallbacks in place.</summary>
/// <remarks>Web: what fits a phone's width in about three lines without covering the page. Webhook: the receiver cuts for itself.</remarks>
public sealed record ScriptLimits(int Title, int Acknowledge, int Offer, int Label, int Contact)
{
    public static ScriptLimits Web { get; } = new(40, 140, 160, 28, 200);

    public static ScriptLimits Webhook { get; } = new(80, 500, 500, 60, 500);

    /// <exception cref="ArgumentOutOfRangeException">A channel that says nothing.</exception>
    public static ScriptLimits Of(ChannelKind channel) => channel switch
    {
        ChannelKind.Web => Web,
        ChannelKind.Webhook => Webhook,
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "Has no texts."),
    };
}
