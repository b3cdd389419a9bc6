namespace MicroIntervention.Engine.Runtime;

/// <summary>Whose time a workspace runs on.</summary>
public enum EngineClock : byte
{
    /// <summary>The machine's: <c>at</c> never decreases in a partition.</summary>
    Wall = 0,

    /// <summary>The events' own: <c>at</c> never decreases for a visitor; nothing is ever late.</summary>
    Event = 1,
}
