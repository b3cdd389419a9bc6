namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Whether an address is sent to.</summary>
public enum WebhookHealth : byte
{
    Healthy = 0,

    /// <summary>The receiver asked for a pause, or the circuit breaker tries it again.</summary>
    Recovering = 1,

    /// <summary>The circuit breaker is open: half of the last attempts failed.</summary>
    Failing = 2,

    /// <summary>The receiver said 410, or an admin switched it off.</summary>
    Disabled = 3,
}
