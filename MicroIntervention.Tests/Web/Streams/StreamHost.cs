using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Streams;

namespace MicroIntervention.Tests.Web.Streams;

/// <summary>The visitors' doors on a real Kestrel on a free loopback port, with a real database.</summary>
internal sealed class StreamHost : IAsyncDisposable
{
    public const string Origin = "https://shop.example.com";

    private readonly TempFolder _temp;
    private readonly DataFolder _folder;
    private readonly WebApplication _app;
    private static long _next;

    private StreamHost(TempFolder temp, DataFolder folder, WebApplication app, string key, string serverKey)
    {
        _temp = temp;
        _folder = folder;
        _app = app;
        Key = key;
        ServerKey = serverKey;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Client.DefaultRequestHeaders.Add("Origin", Origin);
    }

    public string Key { get; }

    public string ServerKey { get; }

    public HttpClient Client { get; }

    public Uri Url => Client.BaseAddress!;

    public VisitorStreams Streams => _app.Services.GetRequiredService<VisitorStreams>();

    public RecordingIntake Intake => (RecordingIntake)_app.Services.GetRequiredService<IFeedbackIntake>();

    public SourceStore Sources => _app.Services.GetRequiredService<SourceStore>();

    public KeyedHash Hash => _app.Services.GetRequiredService<KeyedHash>();

    public ManualTime Time => (ManualTime)_app.Services.GetRequiredService<TimeProvider>();

    public static async Task<StreamHost> StartAsync(StreamOptions? options = null)
    {
        var temp = new TempFolder();
        Assert.True(DataFolder.TryOpen(temp.Path, out var folder, out _, out var fault), fault);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(new ManualTime());
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddStorage(folder);
        builder.Services.AddSingleton(new KeyedHash(new byte[KeyedHash.KeySize]));
        builder.Services.AddSingleton<IFeedbackIntake>(new RecordingIntake());
        builder.Services.AddSingleton(new ServeOptions { DataDirectory = temp.Path });
        builder.Services.AddWriteKeys();
        builder.Services.AddVisitorStreams(options);
        var app = builder.Build();
        app.MapVisitorStreams();
        await app.Services.PrepareStorageAsync();
        var sources = app.Services.GetRequiredService<SourceStore>();
        var key = (await sources.CreateAsync(new NewSource("shop", SourceKind.Browser, [AllowedOrigin.FromStore(Origin)]))).Key;
        var serverKey = (await sources.CreateAsync(new NewSource("backend", SourceKind.Server, []))).Key;
        await app.StartAsync();
        return new StreamHost(temp, folder, app, key, serverKey);
    }

    public static string NewSecret() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public VisitorId VisitorOf(string anonymousId) => new(Hash.Of(HashDomain.Visitor, "a:" + anonymousId));

    public Task<HttpResponseMessage> HelloAsync(string anonymousId, string secret, string? key = null) =>
        Client.PostAsync("/v1/hello", new StringContent(JsonSerializer.Serialize(new { writeKey = key ?? Key, anonymousId, secret })));

    public async Task<string> TokenAsync(string anonymousId, string? secret = null)
    {
        using var response = await HelloAsync(anonymousId, secret ?? NewSecret());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public async Task<EventReader> OpenAsync(string token, string? lastEventId = null)
    {
        var response = await GetStreamAsync(token, lastEventId);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    public async Task<HttpResponseMessage> GetStreamAsync(string? token, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stream");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<HttpResponseMessage> FeedbackAsync(string token, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/feedback") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Client.SendAsync(request);
    }

    public DeliveryRequest Prompt(VisitorId visitor, TimeSpan? lateAfter = null, SendGate? gate = null, string? text = null, string scenario = "checkout-failure")
    {
        var now = Moment.From(Time.GetUtcNow());
        var id = new DecisionId(new Hash128(9, (ulong)Interlocked.Increment(ref _next)));
        return new DeliveryRequest(
            id,
            visitor,
            new SessionId(id.Value),
            new ScenarioKey(scenario),
            ChannelKind.Web,
            DeliveryKind.Prompt,
            now,
            now + (lateAfter ?? TimeSpan.FromSeconds(30)),
            Encoding.UTF8.GetBytes($"{{\"decisionId\":\"{id}\",\n \"offer\":\"{text ?? "hello"}\"}}"),
            gate ?? new SendGate());
    }

    public async Task StopAsync() => await _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _temp.Dispose();
    }

    /// <summary>An engine that takes every answer and keeps it.</summary>
    internal sealed class RecordingIntake : IFeedbackIntake
    {
        public ConcurrentQueue<SignalBatch> Batches { get; } = new();

        public bool IsFull { get; set; }

        public bool IsStalled { get; set; }

        public bool TryPost(SignalBatch batch)
        {
            if (IsFull)
            {
                return false;
            }

            Batches.Enqueue(batch);
            batch.Open(1);
            if (IsStalled)
            {
                batch.Stalled();
            }
            else
            {
                batch.ShardDone();
            }

            return true;
        }
    }

    internal sealed class EventReader(HttpResponseMessage response, Stream stream) : IDisposable
    {
        private readonly StreamReader _reader = new(stream, Encoding.UTF8);

        /// <summary>The next event that is no comment; null at the clean end. Waits at most 20 s.</summary>
        public async Task<(string Event, string? Id, string Data)?> NextAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            string name = "message";
            string? id = null;
            string? data = null;
            while (await _reader.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Length == 0)
                {
                    if (data is not null)
                    {
                        return (name, id, data);
                    }

                    continue;
                }

                var colon = line.IndexOf(':', StringComparison.Ordinal);
                var value = line[(colon + 1)..].TrimStart();
                switch (line[..colon])
                {
                    case "event":
                        name = value;
                        break;
                    case "id":
                        id = value;
                        break;
                    case "data":
                        data = data is null ? value : data + "\n" + value;
                        break;
                    default:
                        break;
                }
            }

            return null;
        }

        /// <summary>The next line as it came; null at the end.</summary>
        public async Task<string?> LineAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            return await _reader.ReadLineAsync(limit.Token);
        }

        public void Dispose()
        {
            _reader.Dispose();
            response.Dispose();
        }
    }
}
