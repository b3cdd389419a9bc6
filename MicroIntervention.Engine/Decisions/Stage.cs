namespace MicroIntervention.Engine.Decisions;

/// <summary>How far a scenario is allowed to go.</summary>
public enum Stage : byte
{
    /// <summary>Decides and records, sends nothing.</summary>
    Observe = 0,

    /// <summary>Sends.</summary>
    On = 3,
}
