using Xunit.Sdk;

namespace MicroIntervention.Tests;

/// <summary>Says which requirement a test proves, for example <c>[Proves("R-12")]</c>.</summary>
/// <remarks>Becomes the trait <c>Proves</c>: <c>dotnet test --filter Proves=R-12</c> runs the proofs of one requirement.</remarks>
[TraitDiscoverer("MicroIntervention.Tests.ProvesDiscoverer", "MicroIntervention.Tests")]
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class ProvesAttribute(string requirement) : Attribute, ITraitAttribute
{
    /// <summary>The requirement's id, R-nn.</summary>
    public string Requirement { get; } = requirement;
}
