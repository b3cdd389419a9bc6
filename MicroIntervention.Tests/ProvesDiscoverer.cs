using Xunit.Abstractions;
using Xunit.Sdk;

namespace MicroIntervention.Tests;

/// <summary>Turns <see cref="ProvesAttribute"/> into an xunit trait.</summary>
public sealed class ProvesDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        ArgumentNullException.ThrowIfNull(traitAttribute);
        foreach (var argument in traitAttribute.GetConstructorArguments())
        {
            yield return new KeyValuePair<string, string>("Proves", (string)argument);
        }
    }
}
