namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>What <c>webhooks</c> was asked to do.</summary>
internal abstract record WebhooksOrder
{
    /// <param name="Scenario">Only prompts of this one; null: of every one.</param>
    public sealed record Allow(string Name, string Url, string? Scenario) : WebhooksOrder;

    public sealed record List : WebhooksOrder;

    public sealed record Remove(int Number) : WebhooksOrder;
}
