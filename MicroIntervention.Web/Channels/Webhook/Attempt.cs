namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>One attempt's end, with the status where there was one and the wait the receiver asked for.</summary>
internal readonly record struct Attempt(AttemptEnd End, int Status = 0, TimeSpan? RetryAfter = null)
{
    /// <summary>Counts against the receiver in the circuit breaker.</summary>
    public bool IsReceiverFault => End is AttemptEnd.Busy or AttemptEnd.Unreachable or AttemptEnd.TimedOut;

    public static Attempt FromResponse(int status, TimeSpan? retryAfter) => status switch
    {
        >= 200 and < 300 => new Attempt(AttemptEnd.Delivered, status),
        410 => new Attempt(AttemptEnd.Gone, status),
        408 or 425 or 429 or >= 500 => new Attempt(AttemptEnd.Busy, status, retryAfter),
        _ => new Attempt(AttemptEnd.Refused, status, retryAfter),
    };
}
