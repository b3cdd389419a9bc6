using System.Collections.Immutable;

namespace MicroIntervention.Engine.Runtime;

/// <summary>How an engine came back to its state.</summary>
/// <param name="Checkpoint">Name of the checkpoint it began from; null when the whole log was read.</param>
/// <param name="Records">Records read from the log after that.</param>
/// <param name="Names">Names of customers read again from the log.</param>
/// <param name="Ignored">Checkpoints that could not be used, each with the reason.</param>
public sealed record RecoveryReport(string? Checkpoint, long Records, int Names, ImmutableArray<string> Ignored);
