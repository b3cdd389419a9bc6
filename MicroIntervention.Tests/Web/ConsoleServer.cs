using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Tests.Web;

/// <summary>The whole program on a free loopback port and a data folder of its own; the same code path as the command line.</summary>
public sealed class ConsoleServer : IAsyncDisposable
{
    public const string Password = "a sentence as password";

    private readonly TempFolder? _owned;
    private readonly DataFolder _folder;

    private ConsoleServer(WebApplication app, DataFolder folder, TempFolder? owned)
    {
        App = app;
        _folder = folder;
        _owned = owned;
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public WebApplication App { get; }

    public Uri Url { get; }

    public IServiceProvider Services => App.Services;

    /// <param name="demo">As with --demo.</param>
    /// <param name="dataDirectory">A folder that outlives the server; default: one that goes with it.</param>
    /// <param name="configure">Replaces services.</param>
    public static async Task<ConsoleServer> StartAsync(bool demo = false, string? dataDirectory = null, Action<IServiceCollection>? configure = null)
    {
        var owned = dataDirectory is null ? new TempFolder() : null;
        var options = new ServeOptions { DataDirectory = dataDirectory ?? owned!.At("data"), Urls = "http://127.0.0.1:0", Demo = demo };
        if (!DataFolder.TryOpen(options.DataDirectory, out var folder, out _, out var fault))
        {
            throw new InvalidOperationException(fault);
        }

        var app = await ConsoleHost.BuildAsync(options, folder, configure);
        await app.StartAsync();
        return new ConsoleServer(app, folder, owned);
    }

    /// <summary>A client with its own cookies that shows redirects instead of following them.</summary>
    public HttpClient NewClient(bool follow = false) =>
        new(new HttpClientHandler { AllowAutoRedirect = follow, CookieContainer = new CookieContainer() }) { BaseAddress = Url };

    /// <summary>A client that sends this write key.</summary>
    public HttpClient NewClient(string writeKey)
    {
        var client = NewClient();
        client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(writeKey + ":")));
        return client;
    }

    /// <summary>Creates a person with one role (or none) and the password <see cref="Password"/>.</summary>
    public async Task AddPersonAsync(string name, string? role)
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        var user = new ConsoleUser { UserName = name };
        Assert.True((await users.CreateAsync(user, Password)).Succeeded);
        if (role is not null)
        {
            Assert.True((await users.AddToRoleAsync(user, role)).Succeeded);
        }
    }

    /// <summary>A client signed in through the form, as a browser would.</summary>
    public async Task<HttpClient> SignInAsync(string name)
    {
        var client = NewClient();
        using var answer = await PostFormAsync(client, "/account/login", new() { ["name"] = name, ["password"] = Password });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.DoesNotContain("fault", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        return client;
    }

    /// <summary>Fetches the form at <paramref name="path"/> for its token, then posts it.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string path, Dictionary<string, string> fields)
    {
        var page = await client.GetStringAsync(new Uri(path, UriKind.Relative));
        const string marker = "name=\"__RequestVerificationToken\" value=\"";
        var at = page.IndexOf(marker, StringComparison.Ordinal);
        Assert.True(at > 0, "the form has no anti-forgery token");
        at += marker.Length;
        fields["__RequestVerificationToken"] = page[at..page.IndexOf('"', at)];
        using var content = new FormUrlEncodedContent(fields);
        return await client.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    /// <summary>The code of a fresh welcome link; null when none is given out.</summary>
    public Task<string?> WelcomeCodeAsync() => Services.GetRequiredService<FirstSignIn>().IssueCodeAsync();

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        _folder.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _owned?.Dispose();
    }
}
