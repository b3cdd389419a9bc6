namespace MicroIntervention.Engine.Decisions;

/// <summary>How far a scenario is allowed to go.</summary>
public enum Stage : byte
{
    /// <summary>Decides and records, sends nothing.</summary>
    Observe = 0,

    /// <summary>Sends to half of the visitors.</summary>
    Pilot = 1,

    /// <summary>Sends to the policy's share of the visitors.</summary>
    Ramp = 2,

    /// <summary>Sends to everybody.</summary>
    On = 3,
}
