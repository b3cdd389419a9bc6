using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace MicroIntervention.Tests.Browser;

/// <summary>A server as small as the wire contract allows: keeps what browsers send and prompts as its script says.</summary>
/// <remarks>Serves the built wwwroot, and test pages under <c>/t/NAME</c>. Listens on a free loopback port. Thread-safe.</remarks>
internal sealed class ShopServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<JsonElement> _signals = new();
    private readonly ConcurrentQueue<JsonElement> _feedback = new();
    private readonly ConcurrentDictionary<string, byte> _ids = new();
    private readonly ConcurrentDictionary<string, string> _secrets = new();
    private readonly ConcurrentDictionary<Guid, Channel<string>> _streams = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _streamsOpened;
    private int _batches;

    private ShopServer(WebApplication app) => _app = app;

    /// <summary>Address without a slash at the end.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Every signal received, a repeated messageId included only once.</summary>
    public IReadOnlyList<JsonElement> Signals => [.. _signals];

    public IReadOnlyList<JsonElement> Feedback => [.. _feedback];

    public int OpenStreams => _streams.Count;

    public int StreamsOpened => Volatile.Read(ref _streamsOpened);

    public int Batches => Volatile.Read(ref _batches);

    /// <summary>Answers to come for the next batches, oldest first: a status, and seconds for Retry-After (0 = none).</summary>
    public ConcurrentQueue<(int Status, int RetryAfterSeconds)> Refusals { get; } = new();

    /// <summary>Looks at each new signal; the stream events it returns are sent to every open stream.</summary>
    public Func<JsonElement, IEnumerable<string>> Script { get; set; } = _ => [];

    public static async Task<ShopServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ShopServer(app);
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(RepositoryFolder.Of("wwwroot")) });
        server.Map();
        await app.StartAsync();
        server.Url = app.Urls.First();
        return server;
    }

    /// <summary>Text of a prompt event.</summary>
    public static string Prompt(string decisionId, string? messageId, int lateAfterMs = 3000, string offer = "Would you like to try another card, or talk to a person?") =>
        $"id: {decisionId}\nevent: prompt\ndata: " + JsonSerializer.Serialize(new
        {
            decisionId,
            scenario = "checkout-failure",
            messageId,
            lateAfterMs,
            title = "Payment",
            acknowledge = "I see the payment isn't going through.",
            offer,
            choices = new[]
            {
                new { id = "other-method", label = "Try another card", action = "accept" },
                new { id = "person", label = "Talk to a person", action = "person" },
            },
            automatedNotice = "This is an automated message.",
            contact = "You can reach us at help@example.com.",
            locale = "en",
        }) + "\n\n";

    /// <summary>Sends stream events to every open stream.</summary>
    public void Push(string events)
    {
        foreach (var stream in _streams.Values)
        {
            stream.Writer.TryWrite(events);
        }
    }

    /// <summary>Ends every open stream cleanly, as a server going down does.</summary>
    public void EndStreams()
    {
        foreach (var stream in _streams.Values)
        {
            stream.Writer.TryComplete();
        }
    }

    public IEnumerable<JsonElement> Events(string name) =>
        Signals.Where(s => s.TryGetProperty("event", out var e) && e.GetString() == name);

    public IEnumerable<string> FeedbackKinds => Feedback.Select(f => f.GetProperty("kind").GetString()!);

    /// <summary>Waits, at most 10 s, for something to become true.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var i = 0; i < 1000 && !holds(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(holds(), $"not within 10 s: {what}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private void Map()
    {
        _app.MapPost("/v1/batch", (Delegate)BatchAsync);
        _app.MapPost("/v1/hello", (Delegate)HelloAsync);
        _app.MapPost("/v1/feedback", (Delegate)FeedbackAsync);
        _app.MapGet("/v1/stream", StreamAsync);
        _app.MapGet("/store", () => Results.File(RepositoryFolder.Of("wwwroot/store/index.html"), "text/html"));
        _app.MapGet("/store/config.json", () => Results.Json(new { writeKey = "test" }));
        _app.MapGet("/t/{name}", (string name) => Results.Content(TestPages.Of(name), "text/html"));
    }

    private async Task<IResult> BatchAsync(HttpContext context)
    {
        var body = await JsonDocument.ParseAsync(context.Request.Body);
        Interlocked.Increment(ref _batches);
        if (Refusals.TryDequeue(out var refusal))
        {
            if (refusal.RetryAfterSeconds > 0)
            {
                context.Response.Headers.RetryAfter = refusal.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            return Results.StatusCode(refusal.Status);
        }

        if (body.RootElement.GetProperty("writeKey").GetString() != "test")
        {
            return Results.StatusCode(401);
        }

        foreach (var signal in body.RootElement.GetProperty("batch").EnumerateArray())
        {
            if (!_ids.TryAdd(signal.GetProperty("messageId").GetString()!, 0))
            {
                continue;
            }

            _signals.Enqueue(signal);
            foreach (var events in Script(signal))
            {
                Push(events);
            }
        }

        return Results.Json(new { success = true });
    }

    private async Task<IResult> HelloAsync(HttpContext context)
    {
        var body = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        var visitor = body.GetProperty("anonymousId").GetString()!;
        var secret = body.GetProperty("secret").GetString()!;
        return _secrets.GetOrAdd(visitor, secret) == secret
            ? Results.Json(new { token = "token-of-" + visitor, expiresInSeconds = 3600 })
            : Results.StatusCode(403);
    }

    private async Task<IResult> FeedbackAsync(HttpContext context)
    {
        if (!HasToken(context))
        {
            return Results.StatusCode(401);
        }

        // As the real door: one report of a kind and decision counts, for a page that is left sends again what it had no answer for.
        var report = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        if (_ids.TryAdd($"fb:{report.GetProperty("decisionId").GetString()}:{report.GetProperty("kind").GetString()}", 0))
        {
            _feedback.Enqueue(report);
        }

        return Results.Json(new { success = true });
    }

    private async Task StreamAsync(HttpContext context)
    {
        if (!HasToken(context))
        {
            context.Response.StatusCode = 401;
            return;
        }

        Interlocked.Increment(ref _streamsOpened);
        var id = Guid.NewGuid();
        var stream = Channel.CreateUnbounded<string>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(": hello\n\n", ending.Token);
        await context.Response.Body.FlushAsync(ending.Token);
        _streams[id] = stream;
        try
        {
            await foreach (var events in stream.Reader.ReadAllAsync(ending.Token))
            {
                await context.Response.WriteAsync(events, ending.Token);
                await context.Response.Body.FlushAsync(ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The browser or the test left.
        }
        finally
        {
            _streams.TryRemove(id, out _);
        }
    }

    private static bool HasToken(HttpContext context) => context.Request.Headers.Authorization.ToString().StartsWith("Bearer token-of-", StringComparison.Ordinal);
}
