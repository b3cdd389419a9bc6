using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Identity;

namespace MicroIntervention.Tests.Web.Identity;

[Proves("R-73")]
public sealed class WelcomeLinkTests
{
    [Fact]
    public async Task Link_Demo_SignsTheManagerInOnce()
    {
        await using var server = await ConsoleServer.StartAsync(demo: true);
        var path = new Uri("/welcome?code=" + await server.WelcomeCodeAsync(), UriKind.Relative);
        using var first = server.NewClient();
        using var second = server.NewClient();

        using var opened = await first.GetAsync(path);
        using var again = await second.GetAsync(path);
        using var page = await first.GetAsync(new Uri("/welcome", UriKind.Relative));

        Assert.Equal("/welcome", opened.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
    }

    [Fact]
    public async Task Link_AfterFifteenMinutes_IsRefused()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var server = await ConsoleServer.StartAsync(demo: true);
        var first = new FirstSignIn(
            server.Services.GetRequiredService<IServiceScopeFactory>(),
            server.Services.GetRequiredService<MicroIntervention.Web.Hosting.ServeOptions>(),
            time);
        var late = await first.IssueCodeAsync();
        time.Advance(FirstSignIn.Lifetime + TimeSpan.FromSeconds(1));
        Assert.False(first.TrySpend(late));

        var inTime = await first.IssueCodeAsync();
        time.Advance(FirstSignIn.Lifetime);
        Assert.True(first.TrySpend(inTime));
    }

    [Fact]
    public async Task Link_GuessedTooOften_AnswersTooManyRequests()
    {
        await using var server = await ConsoleServer.StartAsync(demo: true);
        using var client = server.NewClient();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            using var answer = await client.GetAsync(new Uri("/welcome?code=" + new string('0', 32), UriKind.Relative));
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Fact]
    public async Task FirstRun_WithTheLink_MakesTheOneAdmin()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient();
        using var opened = await client.GetAsync(new Uri("/welcome?code=" + await server.WelcomeCodeAsync(), UriKind.Relative));
        Assert.Equal("/account/first-run", opened.Headers.Location!.ToString());
        Dictionary<string, string> Form(string password) => new() { ["name"] = "ada", ["password"] = password, ["again"] = password };

        using var weak = await ConsoleServer.PostFormAsync(client, "/account/first-run", Form("short"));
        using var made = await ConsoleServer.PostFormAsync(client, "/account/first-run", Form(ConsoleServer.Password));
        using var audit = await client.GetAsync(new Uri("/setup/audit", UriKind.Relative));

        Assert.Contains("fault=weak", weak.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("/welcome", made.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, audit.StatusCode);
        Assert.Null(await server.WelcomeCodeAsync());
    }

    [Fact]
    public async Task FirstRun_WithoutTheLink_MakesNobody()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient();

        using var answer = await ConsoleServer.PostFormAsync(
            client, "/account/first-run", new() { ["name"] = "eve", ["password"] = ConsoleServer.Password, ["again"] = ConsoleServer.Password });

        Assert.Equal("/account/login", answer.Headers.Location!.ToString());
        Assert.NotNull(await server.WelcomeCodeAsync());
    }
}
