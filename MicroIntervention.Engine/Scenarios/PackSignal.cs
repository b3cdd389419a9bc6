using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>A signal as a pack names it.</summary>
/// <param name="Name">Used by features, trigger and timers of the same pack.</param>
/// <param name="Family">Behavioral, transactional or sentiment.</param>
/// <param name="Matcher">Which events it is.</param>
public sealed record PackSignal(string Name, SignalFamily Family, SignalMatcher Matcher);
