using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>One decision as the live feed shows it.</summary>
/// <param name="Sequence">Rises with every new item and every change of one; a viewer asks for what came after the one it knows.</param>
/// <param name="Decision">What was decided, and from what.</param>
/// <param name="State">What has become of it.</param>
/// <param name="StateAt">Since when.</param>
/// <param name="SignalToPaintMs">Measured by the customer's browser on its own clock; null until reported.</param>
public sealed record FeedItem(long Sequence, Decision Decision, FeedState State, Moment StateAt, double? SignalToPaintMs);

/// <summary>What has become of a decision; a later one never goes back to an earlier one.</summary>
public enum FeedState : byte
{
    Suppressed = 0,
    Deciding = 1,
    Sent = 2,

    /// <summary>Not sent: see <see cref="DeliveryResult"/>.</summary>
    Expired = 3,
    Withdrawn = 4,
    NoReceiver = 5,
    Failed = 6,

    Shown = 7,
    WithheldInBrowser = 8,
    Dismissed = 9,
    Accepted = 10,
    PersonRequested = 11,
    Helpful = 12,
    NotHelpful = 13,
}
