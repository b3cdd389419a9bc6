using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>Says to a sender what was wrong with an event and what to change.</summary>
internal static class RejectionText
{
    /// <summary>The reason's stable name, for tables and meters.</summary>
    public static string NameOf(RejectionReason reason) => reason switch
    {
        RejectionReason.None => "none",
        RejectionReason.NotJson => "not-json",
        RejectionReason.NotAnObject => "not-an-object",
        RejectionReason.TooLarge => "too-large",
        RejectionReason.TooDeep => "too-deep",
        RejectionReason.InvalidUtf8 => "invalid-utf8",
        RejectionReason.MissingType => "missing-type",
        RejectionReason.UnknownType => "unknown-type",
        RejectionReason.MissingIdentity => "missing-identity",
        RejectionReason.MissingEventName => "missing-event-name",
        RejectionReason.ReservedName => "reserved-name",
        RejectionReason.WrongType => "wrong-type",
        RejectionReason.BadTimestamp => "bad-timestamp",
        RejectionReason.NotAllowedForBrowserKey => "not-allowed-for-browser-key",
        RejectionReason.TextTooLong => "text-too-long",
        RejectionReason.NotACloudEvent => "not-a-cloud-event",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    /// <summary>A sentence without anything of the sender's text in it.</summary>
    public static string Sentence(RejectionReason reason, string field) => reason switch
    {
        RejectionReason.None => "",
        RejectionReason.NotJson => "This is not JSON; send one JSON object as RFC 8259 has it (no comments, no trailing commas, no NaN).",
        RejectionReason.NotAnObject => "An event is a JSON object.",
        RejectionReason.TooLarge when field == "batch" => "A batch holds at most 2,500 events; send several.",
        RejectionReason.TooLarge => "An event has at most 32 KB, a request 500 KB; send less.",
        RejectionReason.TooDeep => "This is nested deeper than 32 levels; flatten it.",
        RejectionReason.InvalidUtf8 => $"{Where(field)} is not valid UTF-8.",
        RejectionReason.MissingType => "An event in a batch needs a type: track, page, screen, identify, group or alias.",
        RejectionReason.UnknownType => "The type is not one of track, page, screen, identify, group and alias.",
        RejectionReason.MissingIdentity => "The event needs an anonymousId or a userId.",
        RejectionReason.MissingEventName => "A track event needs its name in the field event.",
        RejectionReason.ReservedName => "Event names that start with mi: are reserved; choose another.",
        RejectionReason.WrongType => $"{Where(field)} has the wrong JSON type.",
        RejectionReason.BadTimestamp => "timestamp must be an ISO 8601 date-time or Unix milliseconds, between the years 1 and 9999.",
        RejectionReason.NotAllowedForBrowserKey => "An event under a browser key needs an anonymousId; only a server key may name a customer by userId alone.",
        RejectionReason.NotACloudEvent => $"A CloudEvent needs specversion 1.0, id, source and type, each a text that is not empty; here it is {field} that is missing or wrong.",
        RejectionReason.TextTooLong => $"{Where(field)} is longer than 256 bytes.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    private static string Where(string field) => field.Length == 0 ? "The event" : field;
}
