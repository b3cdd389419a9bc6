using System.Net;
using System.Net.Security;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>What the senders need from the world around; tests replace parts of it.</summary>
internal sealed class WebhookWiring
{
    public HostResolver Resolve { get; init; } = Dns.GetHostAddresses;

    /// <summary>Null: the system's trust store decides.</summary>
    public RemoteCertificateValidationCallback? ValidateCertificate { get; init; }

    /// <summary>0 to 1, for the jitter of retries.</summary>
    public Func<double> Chance { get; init; } = Random.Shared.NextDouble;

    public string UserAgent { get; init; } = "MicroIntervention/" + typeof(WebhookWiring).Assembly.GetName().Version?.ToString(3);
}
