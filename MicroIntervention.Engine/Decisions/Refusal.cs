using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>A visitor's latest "no" to one scenario.</summary>
/// <param name="Scenario">64 bits of the keyed hash of its key.</param>
/// <param name="Session">The session whose prompt was refused.</param>
/// <param name="At">When it was said.</param>
/// <param name="InARow">Refusals of this scenario since it was last accepted; 0 right after it was accepted. Stops at 255.</param>
internal readonly record struct Refusal(ulong Scenario, SessionId Session, Moment At, byte InARow)
{
    /// <summary>How long it is respected: doubled with each one in a row.</summary>
    /// <param name="once">For a single one.</param>
    /// <param name="atMost">Never longer, and never shorter than <paramref name="once"/>.</param>
    public TimeSpan HeldFor(TimeSpan once, TimeSpan atMost)
    {
        // More than 16 doublings of a second pass any limit.
        var doubled = once * (1 << Math.Clamp(InARow - 1, 0, 16));
        return doubled < atMost ? doubled : atMost < once ? once : atMost;
    }
}
