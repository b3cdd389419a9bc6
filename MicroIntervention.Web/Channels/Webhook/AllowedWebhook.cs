using MicroIntervention.Engine.Delivery;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>An allowed address as pages show it; without its secret.</summary>
/// <param name="Number">The row's number.</param>
/// <param name="Scenario">Only for this scenario; null means every one.</param>
/// <param name="Kind">Only this kind; null means both.</param>
/// <param name="DisabledReason">Why it is switched off; null while it is on.</param>
public sealed record AllowedWebhook(
    int Number, string Name, string Url, string? Scenario, DeliveryKind? Kind, DateTimeOffset CreatedAt, string? DisabledReason);
