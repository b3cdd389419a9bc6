namespace MicroIntervention.Engine.Signals;

/// <summary>Reads what was said, and by whom, from a line of text: a chat message, a piece of a call's transcript, a social mention.</summary>
/// <remarks>Fields and names: <c>docs/signals.md</c>. The text is personal data and untrusted. Never throws on any input; allocates nothing.</remarks>
public static class TextSignal
{
    private static readonly string[] TextPaths = ["properties.text", "properties.message_body", "properties.message"];
    private static readonly string[] SpeakerPaths = ["properties.speaker", "properties.role"];

    /// <summary>Whether signals of this kind carry text.</summary>
    public static bool IsText(SignalKind kind) => kind is SignalKind.ChatMessage or SignalKind.TranscriptSegment or SignalKind.SocialMention;

    /// <summary>Copies the text, escapes resolved, UTF-8.</summary>
    /// <param name="raw">The event's JSON, at most 32 KB, so a destination of that size always suffices.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False when there is none (erased, absent, not text) or it does not fit.</returns>
    public static bool TryRead(ReadOnlySpan<byte> raw, Span<byte> destination, out int length)
    {
        foreach (var path in TextPaths)
        {
            if (SignalText.TryRead(raw, path, destination, out length))
            {
                return true;
            }
        }

        length = 0;
        return false;
    }

    /// <summary>Who said it. A social mention is always the customer's; a line that does not say is <see cref="TextSpeaker.Unknown"/>.</summary>
    public static TextSpeaker SpeakerOf(SignalKind kind, ReadOnlySpan<byte> raw)
    {
        if (kind == SignalKind.SocialMention)
        {
            return TextSpeaker.Customer;
        }

        Span<byte> text = stackalloc byte[64];
        foreach (var path in SpeakerPaths)
        {
            if (SignalText.TryRead(raw, path, text, out var length))
            {
                return Named(text[..length]);
            }
        }

        // Segment's live chat events say it by their name.
        return !SignalText.TryRead(raw, "event", text, out var nameLength) ? TextSpeaker.Unknown
            : text[..nameLength].SequenceEqual("Live Chat Message Sent"u8) ? TextSpeaker.Customer
            : text[..nameLength].SequenceEqual("Live Chat Message Received"u8) ? TextSpeaker.Agent
            : TextSpeaker.Unknown;
    }

    private static TextSpeaker Named(ReadOnlySpan<byte> speaker) =>
        speaker.SequenceEqual("customer"u8) || speaker.SequenceEqual("user"u8) ? TextSpeaker.Customer
        : speaker.SequenceEqual("agent"u8) ? TextSpeaker.Agent
        : speaker.SequenceEqual("bot"u8) || speaker.SequenceEqual("assistant"u8) ? TextSpeaker.Bot
        : TextSpeaker.Unknown;
}

/// <summary>Who said a line of text.</summary>
public enum TextSpeaker : byte
{
    Unknown = 0,
    Customer = 1,
    Agent = 2,

    /// <summary>A program, ours or another.</summary>
    Bot = 3,
}
