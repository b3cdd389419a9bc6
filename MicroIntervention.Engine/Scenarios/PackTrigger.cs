namespace MicroIntervention.Engine.Scenarios;

/// <summary>A signal that makes the scenario speak whatever the score.</summary>
/// <param name="Signal">Name of a signal of the pack.</param>
/// <param name="RepeatsPerSignal">A decision for each such signal: no episode, no cool-down.</param>
public sealed record PackTrigger(string Signal, bool RepeatsPerSignal);

/// <summary>Looks at the scenario again some time after a signal.</summary>
/// <param name="Name">Unique in the pack; part of decision ids.</param>
/// <param name="After">1 s to 24 h.</param>
/// <param name="Start">Name of the signal that starts it.</param>
/// <param name="Cancel">Name of the signal that stops it; null when only its own restart does.</param>
public sealed record PackTimer(string Name, TimeSpan After, string Start, string? Cancel);
