namespace MicroIntervention.Engine.Signals;

/// <summary>Event names that mean something to the engine itself, compared exactly.</summary>
public static class EventNames
{
    /// <summary>What a page call is matched as.</summary>
    public const string PageViewed = "Page Viewed";

    /// <summary>What an identify call is matched as.</summary>
    public const string Identified = "Identified";

    internal static ReadOnlySpan<byte> PageViewedUtf8 => "Page Viewed"u8;

    internal static ReadOnlySpan<byte> IdentifiedUtf8 => "Identified"u8;

    public const string OptedOut = "Opted Out";

    public const string OptedIn = "Opted In";

    /// <summary>Carries <c>granted</c>, true or false.</summary>
    public const string ConsentUpdated = "Consent Updated";

    public const string SessionEnded = "Session Ended";

    /// <summary>Names that start so are the engine's own; the doors refuse them.</summary>
    public const string ReservedPrefix = "mi:";
}
