using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Ingest;

[Proves("R-73")]
public sealed class KeysCommandTests
{
    [Fact]
    public async Task RunAsync_FreeFolder_PrintsAKeyThatOpensTheDoors()
    {
        using var folder = new TempFolder();
        var (code, output, error) = await RunAsync("keys", "create", "--kind", "browser", "--name", "shop", "--origin", "https://Shop.example:443/", "--data", folder.At("data"));
        Assert.Equal((ExitCode.Done, ""), (code, error));

        await using var server = await ConsoleServer.StartAsync(dataDirectory: folder.At("data"));

        var source = (await server.Services.GetRequiredService<SourceStore>().ListAsync()).Single(s => s.Name == "shop");
        Assert.Equal(SourceStore.HashOf(output.Trim()), source.KeyHash.ToArray());
        Assert.Equal(["https://shop.example"], source.Origins.Select(origin => origin.Text));
    }

    [Fact]
    public async Task RunAsync_BrowserKeyForAnyOrigin_WarnsBesideTheKey()
    {
        using var folder = new TempFolder();

        var (code, output, error) = await RunAsync("keys", "create", "--kind", "browser", "--name", "n", "--data", folder.At("data"));

        Assert.Equal(ExitCode.Done, code);
        Assert.Matches("^mi_b_[0-9a-f]{40}\\s*$", output);
        Assert.Contains("--origin", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("delete")]
    [InlineData("create")]
    [InlineData("create --kind server")]
    [InlineData("create --kind root --name n")]
    [InlineData("create --kind server --name n --origin https://a.example")]
    [InlineData("create --kind browser --name n --origin shop")]
    [InlineData("create --kind browser --name n --origin https://a.example/path")]
    [InlineData("create --kind browser --name n --origin https://*.a.example")]
    [InlineData("create --kind browser --name")]
    public async Task RunAsync_NotUnderstood_IsUsage(string arguments)
    {
        var (code, output, error) = await RunAsync(["keys", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.NotEmpty(error);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Commands.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
