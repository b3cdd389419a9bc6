using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>A change that is in force from its place in the log on.</summary>
/// <param name="By">Who did it, as the audit names them; empty for the program itself.</param>
/// <param name="Why">In their own words; may be empty.</param>
public abstract record ControlRecord(string By, string Why)
{
    /// <summary>Another plan.</summary>
    public sealed record Activate(PlanSource Source, string By, string Why) : ControlRecord(By, Why);

    /// <summary>The kill switch of the whole service.</summary>
    public sealed record Kill(bool Killed, string By, string Why) : ControlRecord(By, Why);

    /// <summary>The switch of one scenario.</summary>
    public sealed record Switch(ScenarioKey Scenario, bool Enabled, string By, string Why) : ControlRecord(By, Why);

    /// <summary>A kind of signal broke its contract, or keeps it again: what was measured outside the log becomes part of it.</summary>
    /// <param name="Signal">The event's name.</param>
    /// <param name="Fault"><see cref="SignalFault.None"/> when it keeps its contract again.</param>
    public sealed record Freshness(string Signal, SignalFault Fault, string By, string Why) : ControlRecord(By, Why);
}
