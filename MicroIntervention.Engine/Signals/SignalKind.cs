namespace MicroIntervention.Engine.Signals;

/// <summary>What a signal does in the engine. The numbers are part of the data format: never renumber.</summary>
public enum SignalKind : byte
{
    Unknown = 0,

    /// <summary>A named event; enters windows through the plan's matchers.</summary>
    Track = 1,

    /// <summary>A page view; matched as the event <c>Page Viewed</c>.</summary>
    Page = 2,

    /// <summary>Says who the visitor is; matched as the event <c>Identified</c>.</summary>
    Identify = 3,

    /// <summary>"Do not prompt me": event <c>Opted Out</c>.</summary>
    OptedOut = 4,

    /// <summary>Takes an opt-out back: event <c>Opted In</c>.</summary>
    OptedIn = 5,

    /// <summary>Event <c>Consent Updated</c> with <c>granted: true</c>.</summary>
    ConsentGranted = 6,

    /// <summary>Event <c>Consent Updated</c> with <c>granted: false</c>.</summary>
    ConsentRefused = 7,

    /// <summary>Ends an explicit session: event <c>Session Ended</c>.</summary>
    SessionEnded = 8,

    /// <summary>Says which group (company, household) the visitor belongs to; matched as the event <c>Group Joined</c> by its traits.</summary>
    Group = 9,

    /// <summary>Says that two ids are one customer; matched as the event <c>Aliased</c>. By itself it links nothing: only a verified one may.</summary>
    Alias = 10,

    /// <summary>One line of a chat: event <c>Chat Message</c>; see <see cref="TextSignal"/>.</summary>
    ChatMessage = 11,

    /// <summary>A piece of what was said in a call: event <c>Transcript Segment</c>.</summary>
    TranscriptSegment = 12,

    /// <summary>A public post that concerns the customer: event <c>Social Mention</c>.</summary>
    SocialMention = 13,

    // Reports about a prompt; they carry the decision id and come through the visitor's stream token only.
    Shown = 16,
    Accepted = 17,
    Dismissed = 18,
    Helpful = 19,
    NotHelpful = 20,
    PersonRequested = 21,

    /// <summary>The browser withheld a late prompt.</summary>
    WithheldInBrowser = 22,
}
