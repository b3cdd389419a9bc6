using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>What is known about a request before its events are read.</summary>
/// <param name="Source">Whose key it came with.</param>
/// <param name="Flags">Flags that every signal of the request gets.</param>
/// <param name="ReceivedAt">When the door had the whole request.</param>
/// <param name="MessageSeed">Fresh random bits; an event without a messageId gets a key made of these and its index.</param>
/// <param name="Zone">The source's time zone, used where the event has no <c>context.timezone</c>; null when not set.</param>
public readonly record struct SignalDoor(SourceId Source, SignalFlags Flags, Moment ReceivedAt, Hash128 MessageSeed, TimeZoneInfo? Zone)
{
    /// <summary>The key is public: events need an anonymousId, for nobody may speak for a customer by the user id alone.</summary>
    public bool IsPublic { get; init; }

    /// <summary>The source's identity secret, which a browser's <c>userHash</c> must be made with; null where none is taken.</summary>
    public byte[]? UserSecret { get; init; }
}
