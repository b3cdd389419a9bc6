namespace MicroIntervention.Tests.Browser;

/// <summary>Browser journeys share one Chromium and run one after another: two browsers on two cores only slow each other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserCollection : ICollectionFixture<ChromiumFixture>
{
    public const string Name = "browser";
}
