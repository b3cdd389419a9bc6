namespace MicroIntervention.Web.Privacy;

/// <summary>What an erasure reached.</summary>
/// <param name="Visitors">How many visitors were erased.</param>
/// <param name="Keys">Keys destroyed in the log.</param>
/// <param name="IsComplete">Their old bytes are gone from every file of the data folder.</param>
/// <param name="Backups">Backups the erasure reached.</param>
/// <param name="Unfinished">Sentences about backups that a crash cut short: all their keys are destroyed.</param>
/// <param name="Unreached">Sentences about those it could not reach.</param>
public sealed record ErasureOutcome(int Visitors, int Keys, bool IsComplete, int Backups, IReadOnlyList<string> Unfinished, IReadOnlyList<string> Unreached);
