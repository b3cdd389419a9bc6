namespace MicroIntervention.Engine.Signals;

/// <summary>A signal whose source time still lacks the sender's clock error.</summary>
internal readonly record struct UncorrectedTime(int Index, ZoneClock? Zone);
