using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MicroIntervention.Tests.Web.Channels.Webhook;

/// <summary>A receiver on a free loopback port that keeps what it got and answers as the test says.</summary>
internal sealed class HookServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HookServer(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Requests { get; } = new();

    public ConcurrentDictionary<string, byte> Connections { get; } = new();

    public Uri Url => new(new Uri(_app.Urls.First()), "/hook");

    /// <param name="certificate">Over HTTPS under this one; null for plain HTTP.</param>
    /// <param name="answer">Gets the request's index from 0; by default every one is answered 200.</param>
    public static async Task<HookServer> StartAsync(Func<HttpContext, int, Task>? answer = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var server = new HookServer(app);
        var index = -1;
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            server.Connections.TryAdd(context.Connection.Id, 0);
            server.Requests.Enqueue(new Received(
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()),
                body.ToArray(),
                Environment.TickCount64));
            if (answer is not null)
            {
                await answer(context, Interlocked.Increment(ref index));
            }
        });
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Requests a test left hanging are cut.
        }

        await _app.DisposeAsync();
    }

    internal sealed record Received(string Path, Dictionary<string, string> Headers, byte[] Body, long AtMs);
}
