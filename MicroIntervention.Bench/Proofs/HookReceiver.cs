using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MicroIntervention.Bench.Proofs;

/// <summary>A webhook receiver in this process that keeps when each request began and what it was about.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Call> _calls = new();

    private HookReceiver(WebApplication app) => _app = app;

    public Uri Url => new(new Uri(_app.Urls.First()), "/hook");

    public IReadOnlyCollection<Call> Calls => _calls;

    /// <param name="answerAfter">How long a receiver thinks before it answers 200.</param>
    public static async Task<HookReceiver> StartAsync(TimeSpan answerAfter)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // A server that is killed leaves requests half sent; ending must not wait for them.
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        var receiver = new HookReceiver(app);
        app.Run(async context =>
        {
            var began = DateTimeOffset.UtcNow;
            try
            {
                using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
                receiver._calls.Enqueue(Read(began, context.Request.Headers["webhook-id"].ToString(), body.RootElement));
                if (answerAfter > TimeSpan.Zero)
                {
                    await Task.Delay(answerAfter, context.RequestAborted);
                }
            }
            catch (Exception gone) when (gone is OperationCanceledException or BadHttpRequestException or IOException)
            {
                // The sender was killed.
            }
        });
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static Call Read(DateTimeOffset began, string id, JsonElement body) => new(
        began,
        id,
        body.GetProperty("decisionId").GetString()!,
        $"{body.GetProperty("scenario").GetString()} {body.GetProperty("session").GetString()}",
        body.GetProperty("messageId").GetString(),
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(body.GetRawText()))));

    /// <param name="Began">When its headers had come.</param>
    /// <param name="Id">The header webhook-id.</param>
    /// <param name="Decision">Of the body.</param>
    /// <param name="Case">Scenario and session that the prompt is for.</param>
    /// <param name="Message">The message that it came from; null for a timer.</param>
    /// <param name="Body">Hash of the whole body.</param>
    internal sealed record Call(DateTimeOffset Began, string Id, string Decision, string Case, string? Message, string Body);
}
