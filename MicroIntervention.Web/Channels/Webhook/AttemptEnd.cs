namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>How one attempt ended.</summary>
internal enum AttemptEnd : byte
{
    /// <summary>2xx.</summary>
    Delivered = 0,

    /// <summary>A status that another attempt will not change: 3xx (redirects are not followed) and most of 4xx.</summary>
    Refused = 1,

    /// <summary>410: the receiver wants no more.</summary>
    Gone = 2,

    /// <summary>5xx, 408, 425 or 429: worth another attempt.</summary>
    Busy = 3,

    /// <summary>No connection, a broken one, or an answer that is not HTTP.</summary>
    Unreachable = 4,

    TimedOut = 5,

    /// <summary>The name resolves to an address that is not allowed.</summary>
    AddressRefused = 6,

    /// <summary>The circuit breaker is open: nothing was sent.</summary>
    Broken = 7,

    /// <summary>The gate was closed at the moment of sending: nothing was sent.</summary>
    GateClosed = 8,

    /// <summary>Past its expiry at the moment of sending: nothing was sent.</summary>
    Late = 9,
}
