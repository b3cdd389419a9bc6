using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Web.Features.Welcome;

/// <summary>Reads from log and database what the tour shows and the live feed does not tell.</summary>
internal sealed class TourEvidence(HandoffView handoffs, ISessionTimelines timelines, WebhookStore webhooks)
{
    /// <summary>The bundle that went to a person; null when the log has none.</summary>
    public Task<HandoffBundle?> BundleAsync(Decision decision, Moment askedAt, CancellationToken cancel) =>
        handoffs.ReadAsync(decision.Facts.Visitor, decision.Id, askedAt, cancel);

    /// <summary>Names of the addresses that get the bundles of a scenario.</summary>
    public async Task<IReadOnlyList<string>> ReceiversAsync(string scenario, CancellationToken cancel) =>
        [.. (await webhooks.ListAsync(cancel))
            .Where(webhook => webhook is { DisabledReason: null, Kind: null or DeliveryKind.Handoff } && (webhook.Scenario is null || webhook.Scenario == scenario))
            .Select(webhook => webhook.Name)];

    /// <summary>That declines after <paramref name="since"/> decided nothing; null while none came.</summary>
    public async Task<QuietProof?> QuietAsync(Decision decision, string scenario, DateTimeOffset since, CancellationToken cancel) =>
        QuietProof.Of(await timelines.ReadAsync(decision.Facts.Visitor, decision.Facts.Session, cancel), scenario, since);
}
