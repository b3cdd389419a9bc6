using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Hosting;

/// <summary>The same command on a free folder and on one that a server holds.</summary>
[Proves("R-73")]
public sealed class FolderCommandTests
{
    [Fact]
    public async Task Keys_WhileServing_OpenTheDoorsAtOnceAndLeaveAnAuditLine()
    {
        using var folder = new TempFolder();
        await using var server = await ConsoleServer.StartAsync(dataDirectory: folder.At("data"));

        var (code, output, error) = await CommandLine.RunAsync("keys", "create", "--kind", "server", "--name", "n", "--data", folder.At("data"));

        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Equal(HttpStatusCode.OK, await TrackAsync(server, output.Trim()));
        var line = Assert.Single(await server.Services.GetRequiredService<AuditLog>().NewestAsync(10));
        Assert.Equal(("command line", "sources.server", "source 1", "made"), (line.Who, line.Action, line.Target, line.Detail));
    }

    [Fact]
    public async Task Webhooks_WhileServing_AreInForceAtOnce()
    {
        using var folder = new TempFolder();
        await using var server = await ConsoleServer.StartAsync(dataDirectory: folder.At("data"));
        var channel = server.Services.GetRequiredService<WebhookChannel>();

        var allowed = await CommandLine.RunAsync("webhooks", "allow", "--name", "desk", "--url", "https://desk.example/hook", "--data", folder.At("data"));
        Assert.Equal((ExitCode.Done, ""), (allowed.Code, allowed.Error));
        Assert.StartsWith("whsec_", allowed.Output, StringComparison.Ordinal);
        Assert.Equal("desk", Assert.Single(channel.Status).Name);

        var listed = await CommandLine.RunAsync("webhooks", "list", "--data", folder.At("data"));
        Assert.Equal("1  desk  https://desk.example/hook  every scenario  on", listed.Output.Trim());
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("webhooks", "remove", "--number", "1", "--data", folder.At("data"))).Code);
        Assert.Empty(channel.Status);
        var again = await CommandLine.RunAsync("webhooks", "remove", "--number", "1", "--data", folder.At("data"));
        Assert.Equal(ExitCode.Failed, again.Code);
        Assert.Contains("no webhook 1", again.Error, StringComparison.Ordinal);
        Assert.Equal(["removed", "allowed https://desk.example/hook"], (await server.Services.GetRequiredService<AuditLog>().NewestAsync(10)).Select(l => l.Detail));
    }

    [Fact]
    public async Task VerifyLog_FreeFolderAndServing_SayTheSame()
    {
        using var folder = new TempFolder();
        (int Code, string Output, string Error) serving;
        await using (var server = await ConsoleServer.StartAsync(dataDirectory: folder.At("data")))
        {
            var key = (await CommandLine.RunAsync("keys", "create", "--kind", "server", "--name", "n", "--data", folder.At("data"))).Output.Trim();
            Assert.Equal(HttpStatusCode.OK, await TrackAsync(server, key));
            serving = await CommandLine.RunAsync("verify-log", "--data", folder.At("data"));
        }

        var free = await CommandLine.RunAsync("verify-log", "--data", folder.At("data"));

        Assert.Equal((ExitCode.Done, ""), (serving.Code, serving.Error));
        Assert.Equal(free, serving);
        Assert.Contains(": 0 findings", free.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify-log", "extra")]
    [InlineData("webhooks", "allow", "--name", "n")]
    [InlineData("keys", "create", "--data")]
    public async Task NotUnderstood_IsUsageAndMakesNoFolder(params string[] words)
    {
        using var folder = new TempFolder();
        string[] all = words[^1] == "--data" ? words : [.. words, "--data", folder.At("data")];

        var (code, output, error) = await CommandLine.RunAsync(all);

        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.NotEmpty(error);
        Assert.False(Directory.Exists(folder.At("data")));
    }

    [Fact]
    public async Task VerifyLog_NoLogThere_SaysSoAndMakesNone()
    {
        using var folder = new TempFolder();

        var (code, _, error) = await CommandLine.RunAsync("verify-log", "--data", folder.At("data"));

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("no signal log", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("data")));
    }

    private static async Task<HttpStatusCode> TrackAsync(ConsoleServer server, string key)
    {
        using var client = server.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        using var body = new StringContent("""{"anonymousId":"a","event":"Clicked"}""");
        using var answer = await client.PostAsync(new Uri("/v1/track", UriKind.Relative), body);
        return answer.StatusCode;
    }
}
