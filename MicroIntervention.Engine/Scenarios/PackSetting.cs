namespace MicroIntervention.Engine.Scenarios;

/// <summary>A number that people may change without editing the pack; written <c>"{name}"</c> where it is used.</summary>
/// <param name="Name">Unique in the pack.</param>
/// <param name="Title">What people read.</param>
/// <param name="Value">In force.</param>
/// <param name="Min">Smallest allowed.</param>
/// <param name="Max">Largest allowed.</param>
public sealed record PackSetting(string Name, string Title, double Value, double Min, double Max);
