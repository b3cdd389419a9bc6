namespace MicroIntervention.Engine.Signals;

/// <summary>Facts about a signal that its door knows. Part of the data format: never renumber.</summary>
[Flags]
public enum SignalFlags : byte
{
    None = 0,

    /// <summary>Came with a server key.</summary>
    Verified = 1,

    /// <summary>A test visitor: always treated, exempt from caps, out of every figure.</summary>
    Test = 2,

    /// <summary>Global Privacy Control was on.</summary>
    PrivacyControl = 4,

    /// <summary>From a source whose clock is the event's own time (replay workspace).</summary>
    EventClock = 8,

    /// <summary>The event named its session (conversation, call, incident).</summary>
    ExplicitSession = 16,

    /// <summary>The source treats unknown consent as refused.</summary>
    ConsentRequired = 32,

    /// <summary>The visitor is known by a userId alone: what fails there fails somebody who has an account, so no bot rule is asked.</summary>
    ByUserId = 64,

    /// <summary>An identify call of a browser with the right <see cref="UserProof"/>: whose it is is proved, what it says beyond that is not.</summary>
    SignedUser = 128,
}
