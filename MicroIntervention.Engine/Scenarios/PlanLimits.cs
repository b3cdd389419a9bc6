namespace MicroIntervention.Engine.Scenarios;

/// <summary>How much one plan may hold beside the limits of the signal schema.</summary>
public static class PlanLimits
{
    /// <summary>A row of this many numbers still lies in the first-level cache.</summary>
    public const int Features = 256;

    /// <summary>Each takes 32 bytes of every session.</summary>
    public const int Scenarios = 32;

    /// <summary>Each takes 24 bytes of every session.</summary>
    public const int Timers = 64;
}
