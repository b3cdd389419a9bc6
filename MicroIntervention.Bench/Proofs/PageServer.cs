using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MicroIntervention.Bench.Proofs;

/// <summary>A customer's site on loopback: some pages, and the scripts of one folder below <c>/lib/</c>.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PageServer(WebApplication app) => _app = app;

    /// <summary>Scheme, host and port: what a browser key is bound to.</summary>
    public string Origin => _app.Urls.First().TrimEnd('/');

    /// <summary>Path to text; add before a browser comes.</summary>
    public ConcurrentDictionary<string, string> Pages { get; } = new(StringComparer.Ordinal);

    /// <param name="scripts">Script files of this folder and below are served by their path.</param>
    public static async Task<PageServer> StartAsync(string scripts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new PageServer(app);
        app.Run(async context =>
        {
            var path = context.Request.Path.Value!;
            var file = path.StartsWith("/lib/", StringComparison.Ordinal) && path.EndsWith(".js", StringComparison.Ordinal) && !path.Contains("..", StringComparison.Ordinal)
                ? Path.Combine(scripts, path["/lib/".Length..])
                : null;
            if (server.Pages.TryGetValue(path, out var page))
            {
                context.Response.ContentType = "text/html; charset=utf-8";
                await context.Response.WriteAsync(page);
            }
            else if (File.Exists(file))
            {
                context.Response.ContentType = "text/javascript";
                await context.Response.SendFileAsync(file);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        });
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
