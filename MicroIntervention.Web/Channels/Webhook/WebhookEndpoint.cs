using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>One allowed address with its secret decrypted, as the senders use it.</summary>
/// <param name="Number">The row's number.</param>
/// <param name="Name">The admin's name for it; the only thing about it that is logged.</param>
/// <param name="Scenario">Only for this scenario; null means every one.</param>
/// <param name="Kind">Only this kind; null means both.</param>
public sealed record WebhookEndpoint(int Number, string Name, WebhookTarget Target, WebhookSecret Secret, ScenarioKey? Scenario = null, DeliveryKind? Kind = null)
{
    /// <summary>How well the endpoint fits a request: −1 not at all; a named scenario counts more than a named kind.</summary>
    public int Fit(DeliveryRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if ((Scenario is { } scenario && scenario != request.Scenario) || (Kind is { } kind && kind != request.Kind))
        {
            return -1;
        }

        return (Scenario is null ? 0 : 2) + (Kind is null ? 0 : 1);
    }
}
