namespace MicroIntervention.Web.Storage;

/// <summary>One event that broke its contract.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Version">Of the contract that it broke.</param>
/// <param name="Source">The source's number.</param>
/// <param name="Fault">Which fields, and what is wrong with them.</param>
/// <param name="Sample">The event with what may be personal blacked out.</param>
public sealed record Violation(string Name, int Version, DateTimeOffset At, int Source, string Fault, string Sample);

/// <summary>What was measured of one kind of signal since it was first seen.</summary>
public sealed record SignalMeasure(string Name, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Count);
