namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>How one address does, for people.</summary>
/// <param name="Number">The row's number.</param>
/// <param name="Name">The admin's name for it.</param>
/// <param name="Health">Whether it is sent to.</param>
/// <param name="Says">A sentence when it is not healthy; else null.</param>
/// <param name="InHand">Deliveries waiting, waiting for a retry, or being sent.</param>
/// <param name="Counts">What became of the others.</param>
public sealed record WebhookStatus(int Number, string Name, WebhookHealth Health, string? Says, int InHand, WebhookCounts Counts);
