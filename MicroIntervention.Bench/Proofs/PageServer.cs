using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MicroIntervention.Bench.Proofs;

/// <summary>A customer's site on loopback: one page, and the scripts of one folder.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PageServer(WebApplication app) => _app = app;

    /// <summary>Scheme, host and port: what a browser key is bound to.</summary>
    public string Origin => _app.Urls.First().TrimEnd('/');

    /// <summary>The page at <c>/</c>; set it before a browser comes.</summary>
    public string Page { get; set; } = "";

    /// <param name="scripts">Files of this folder are served by name.</param>
    public static async Task<PageServer> StartAsync(string scripts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new PageServer(app);
        app.Run(async context =>
        {
            var name = context.Request.Path.Value!.TrimStart('/');
            if (name.Length == 0)
            {
                context.Response.ContentType = "text/html; charset=utf-8";
                await context.Response.WriteAsync(server.Page);
            }
            else if (Path.GetFileName(name) == name && File.Exists(Path.Combine(scripts, name)))
            {
                context.Response.ContentType = "text/javascript";
                await context.Response.SendFileAsync(Path.Combine(scripts, name));
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
