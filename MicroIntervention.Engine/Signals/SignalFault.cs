namespace MicroIntervention.Engine.Signals;

/// <summary>How a kind of signal breaks its contract. Written into control records by name.</summary>
public enum SignalFault : byte
{
    /// <summary>It keeps its contract.</summary>
    None = 0,

    /// <summary>Not seen for longer than was promised, while other signals came.</summary>
    Silent = 1,

    /// <summary>More of its events than allowed lack a required field, or have a field of another type.</summary>
    Invalid = 2,
}
