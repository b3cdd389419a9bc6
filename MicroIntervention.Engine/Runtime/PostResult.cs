namespace MicroIntervention.Engine.Runtime;

/// <summary>What became of a request that a door handed over.</summary>
public enum PostResult : byte
{
    /// <summary>Taken; await its durability.</summary>
    Taken = 0,

    /// <summary>Queues are full: answer 429 with Retry-After.</summary>
    Overloaded = 1,

    /// <summary>The log cannot be written: answer 507.</summary>
    Stalled = 2,

    /// <summary>Not ready yet, or shutting down.</summary>
    NotRunning = 3,
}
