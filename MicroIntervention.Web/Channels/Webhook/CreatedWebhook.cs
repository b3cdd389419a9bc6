namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>The answer to "allow this address".</summary>
/// <param name="Webhook">The new address; null when it was refused.</param>
/// <param name="Secret">Its signing secret, shown now and never again; null when the address was refused.</param>
/// <param name="Fault">A sentence for the admin; null when the address was taken.</param>
public sealed record CreatedWebhook(AllowedWebhook? Webhook, string? Secret, string? Fault);
