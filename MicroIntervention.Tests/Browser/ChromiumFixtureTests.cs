namespace MicroIntervention.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class ChromiumFixtureTests(ChromiumFixture chromium)
{
    [ChromiumFact]
    public async Task NewContext_BlankPage_RunsScript()
    {
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        Assert.Equal(1440, await page.EvaluateAsync<int>("() => innerWidth"));
    }
}
