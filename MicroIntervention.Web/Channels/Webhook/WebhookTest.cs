namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>How a test of an address ended.</summary>
/// <param name="IsDelivered">The receiver answered 2xx.</param>
/// <param name="Says">A sentence: what happened and, where it failed, what to do.</param>
/// <param name="Took">From dialling to the end of the answer.</param>
public sealed record WebhookTest(DateTimeOffset At, bool IsDelivered, string Says, TimeSpan Took);
