namespace MicroIntervention.Engine.Signals;

/// <summary>Why an event was not taken. The numbers are stored: never renumber; 5 and 13 were never given out.</summary>
public enum RejectionReason : byte
{
    None = 0,
    NotJson = 1,
    NotAnObject = 2,
    TooLarge = 3,
    TooDeep = 4,
    InvalidUtf8 = 6,
    MissingType = 7,
    UnknownType = 8,
    MissingIdentity = 9,
    MissingEventName = 10,
    ReservedName = 11,
    WrongType = 12,
    BadTimestamp = 14,
    /// <summary>Without an anonymousId: only a server key may name a customer by the user id alone.</summary>
    NotAllowedForBrowserKey = 15,
    TextTooLong = 16,

    /// <summary>A CloudEvent without one of the attributes it must have, or of another version.</summary>
    NotACloudEvent = 17,
}

/// <summary>An event that was refused: where it lies in the request, why, and which field is at fault.</summary>
public readonly record struct SignalRejection(RejectionReason Reason, string Field, int RawStart, int RawLength);
