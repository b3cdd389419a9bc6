namespace MicroIntervention.Engine.Decisions;

/// <summary>Looks at a scenario again some time after a signal, unless another signal comes first.</summary>
/// <param name="Name">Unique within its scenario; part of the decision id.</param>
/// <param name="After">1 s to 24 h after the latest starting signal.</param>
/// <param name="StartMatches">Bits of matchers that start (or restart) it.</param>
/// <param name="CancelMatches">Bits of matchers that stop it.</param>
public sealed record TimerTrigger(string Name, TimeSpan After, ulong StartMatches, ulong CancelMatches);
