namespace MicroIntervention.Engine.Signals;

/// <summary>Event names that mean something to the engine itself, compared exactly.</summary>
public static class EventNames
{
    /// <summary>What a page call is matched as.</summary>
    public const string PageViewed = "Page Viewed";

    /// <summary>What an identify call is matched as.</summary>
    public const string Identified = "Identified";

    /// <summary>What a group call is matched as.</summary>
    public const string GroupJoined = "Group Joined";

    /// <summary>What an alias call is matched as.</summary>
    public const string Aliased = "Aliased";

    public const string OptedOut = "Opted Out";

    public const string OptedIn = "Opted In";

    /// <summary>Carries <c>granted</c>, true or false.</summary>
    public const string ConsentUpdated = "Consent Updated";

    public const string SessionEnded = "Session Ended";

    public const string ChatMessage = "Chat Message";

    public const string TranscriptSegment = "Transcript Segment";

    public const string SocialMention = "Social Mention";

    /// <summary>A chat line of the customer, as Segment's live chat events name it; read as <see cref="ChatMessage"/>.</summary>
    public const string LiveChatMessageSent = "Live Chat Message Sent";

    /// <summary>A chat line of the agent, as Segment's live chat events name it; read as <see cref="ChatMessage"/>.</summary>
    public const string LiveChatMessageReceived = "Live Chat Message Received";

    /// <summary>The end of a chat, as Segment's live chat events name it; read as <see cref="SessionEnded"/>.</summary>
    public const string LiveChatConversationEnded = "Live Chat Conversation Ended";

    /// <summary>Names that start so are the engine's own; the doors refuse them.</summary>
    public const string ReservedPrefix = "mi:";
}
