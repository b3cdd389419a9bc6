namespace MicroIntervention.Tests.Proofs;

/// <summary>One after the other, and beside nothing else: each starts servers, some a browser.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProofCollection
{
    public const string Name = "proofs";
}
