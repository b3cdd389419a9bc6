namespace MicroIntervention.Engine.Signals;

/// <summary>When in a session a signal is known. A model may not learn from what is known too late to act on.</summary>
public enum KnownWhen : byte
{
    /// <summary>Already when the session begins.</summary>
    AtStart = 0,

    /// <summary>In the moment it happens.</summary>
    AsItHappens = 1,

    /// <summary>Only when the session ends.</summary>
    AtEnd = 2,

    /// <summary>Hours or days later: an outcome's usual place.</summary>
    Afterwards = 3,
}
