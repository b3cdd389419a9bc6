namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>The one receiver of <c>--bench</c>: the load generator on this machine, under a secret of this process.</summary>
internal sealed class WebhookBench
{
    public WebhookEndpoint Endpoint { get; } = Create();

    private static WebhookEndpoint Create() =>
        WebhookTarget.TryCreate("http://127.0.0.1:7002/hook", allowLoopback: true, out var target, out var fault)
            ? new WebhookEndpoint(1, "bench", target, WebhookSecret.Create())
            : throw new InvalidOperationException(fault);
}
