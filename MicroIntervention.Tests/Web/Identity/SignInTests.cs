using System.Net;

namespace MicroIntervention.Tests.Web.Identity;

[Proves("R-73")]
public sealed class SignInTests
{
    [Fact]
    public async Task Login_WrongPasswordFiveTimes_LocksAndSaysSo()
    {
        await using var server = await ConsoleServer.StartAsync();
        await server.AddPersonAsync("ada", "admin");
        using var client = server.NewClient();
        var last = "";
        for (var i = 0; i < 6; i++)
        {
            using var answer = await ConsoleServer.PostFormAsync(client, "/account/login", new() { ["name"] = "ada", ["password"] = "wrong" });
            last = answer.Headers.Location!.ToString();
        }

        Assert.Contains("fault=locked", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_UnknownNameOrWrongPassword_ReadTheSame()
    {
        await using var server = await ConsoleServer.StartAsync();
        await server.AddPersonAsync("ada", "admin");
        using var client = server.NewClient();

        using var unknown = await ConsoleServer.PostFormAsync(client, "/account/login", new() { ["name"] = "bob", ["password"] = "wrong" });
        using var wrong = await ConsoleServer.PostFormAsync(client, "/account/login", new() { ["name"] = "ada", ["password"] = "wrong" });

        Assert.Equal(unknown.Headers.Location, wrong.Headers.Location);
    }

    [Fact]
    public async Task Login_WithoutToken_IsABadRequest()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient();
        using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "ada", ["password"] = "x" });

        using var answer = await client.PostAsync(new Uri("/account/login", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("/setup/sources", "/setup/sources")]
    public async Task Login_ReturnUrl_StaysOnThisServer(string wanted, string expected)
    {
        await using var server = await ConsoleServer.StartAsync();
        await server.AddPersonAsync("ada", "admin");
        using var client = server.NewClient();

        using var answer = await ConsoleServer.PostFormAsync(
            client, "/account/login", new() { ["name"] = "ada", ["password"] = ConsoleServer.Password, ["returnUrl"] = wanted });

        Assert.Equal(expected, answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Logout_SignedIn_EndsTheSession()
    {
        await using var server = await ConsoleServer.StartAsync();
        await server.AddPersonAsync("ada", "admin");
        using var here = await server.SignInAsync("ada");

        using var left = await PostLogoutAsync(here);
        using var after = await here.GetAsync(new Uri("/setup/sources", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Redirect, left.StatusCode);
        Assert.Contains("/account/login", after.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostLogoutAsync(HttpClient client)
    {
        // The button stands on every page; its token is that page's.
        var page = await client.GetStringAsync(new Uri("/setup/sources", UriKind.Relative));
        const string marker = "name=\"__RequestVerificationToken\" value=\"";
        var at = page.IndexOf(marker, StringComparison.Ordinal) + marker.Length;
        using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = page[at..page.IndexOf('"', at)] });
        return await client.PostAsync(new Uri("/account/logout", UriKind.Relative), content);
    }
}
