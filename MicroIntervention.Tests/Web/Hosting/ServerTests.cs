using System.Net;

namespace MicroIntervention.Tests.Web.Hosting;

public sealed class ServerTests
{
    [Fact]
    public async Task Server_Started_AnswersHealthReadinessAndMetrics()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        var metrics = await client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal("text/plain", metrics.Content.Headers.ContentType!.MediaType);
        Assert.Contains("process_resident_memory_bytes", await metrics.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_Always_CarrySecureHeaders()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient();

        using var answer = await client.GetAsync(new Uri("/account/login", UriKind.Relative));

        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Server"));
        // A page without an inline script is the only one this policy lets run.
        var page = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownPage_IsAPageForPeopleAndAStatusForPrograms()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient();

        using var page = await client.GetAsync(new Uri("/no-such-page", UriKind.Relative));
        using var program = await client.GetAsync(new Uri("/v1/no-such-door", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("There is no such page", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, program.StatusCode);
        Assert.DoesNotContain("There is no such page", await program.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
