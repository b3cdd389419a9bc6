using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Delivery;

/// <summary>One prompt (or handoff bundle) to hand to a channel. The decision id is the idempotency key.</summary>
/// <param name="Id">The decision that asked for it; the same id on every attempt.</param>
/// <param name="Visitor">Whose screen it is for.</param>
/// <param name="Session">The session that it answers.</param>
/// <param name="Scenario">Which scenario fired.</param>
/// <param name="Channel">Where it goes.</param>
/// <param name="Kind">Prompt or handoff; a prompt expires, a handoff is retried until it arrives.</param>
/// <param name="ReceivedAt">When the causing signal was received.</param>
/// <param name="ExpiresAt">After this moment a prompt is late: it is withheld and counted.</param>
/// <param name="Body">UTF-8 JSON: the Prompt of docs/wire.md, or the webhook's payload.</param>
/// <param name="Control">Looked at in the moment of sending: a killed scenario or service sends nothing.</param>
public sealed record DeliveryRequest(
    DecisionId Id,
    VisitorId Visitor,
    SessionId Session,
    ScenarioKey Scenario,
    ChannelKind Channel,
    DeliveryKind Kind,
    Moment ReceivedAt,
    Moment ExpiresAt,
    ReadOnlyMemory<byte> Body,
    SendGate Control)
{
    /// <summary>Whose stream it is shown on: the visitor's own, but for a decision about a customer that has no screen.</summary>
    public VisitorId Screen { get; init; } = Visitor;
}
