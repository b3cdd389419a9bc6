using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Storage.Backup;

/// <summary>A running server on a folder of its own, a shop's key, and what its customers sent.</summary>
internal sealed class BackupStage : IAsyncDisposable
{
    private readonly TempFolder _temp = new();
    private HttpClient? _client;

    public string Data => _temp.At("data");

    public ConsoleServer? Server { get; private set; }

    /// <summary>messageIds that were answered with 200.</summary>
    public ConcurrentBag<string> Acknowledged { get; } = [];

    public static async Task<BackupStage> StartAsync()
    {
        var stage = new BackupStage();
        await stage.ServeAsync(stage.Data);
        var key = (await stage.Server!.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource("shop", SourceKind.Server, []))).Key;
        stage._client = stage.Server.NewClient();
        stage._client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        return stage;
    }

    public string At(params string[] parts) => _temp.At(parts);

    public async Task ServeAsync(string data)
    {
        await StopAsync();
        Server = await ConsoleServer.StartAsync(dataDirectory: data);
    }

    public async Task StopAsync()
    {
        if (Server is { } running)
        {
            Server = null;
            await running.DisposeAsync();
        }
    }

    public async Task SendAsync(string visitor, string message, string text = "")
    {
        using var body = new StringContent($$$"""{"anonymousId":"{{{visitor}}}","event":"Payment Declined","messageId":"{{{message}}}","properties":{"note":"{{{text}}}"}}""");
        using var answer = await _client!.PostAsync(new Uri("/v1/track", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        Acknowledged.Add(message);
    }

    public async Task IdentifyAsync(string visitor, string user, string name)
    {
        using var body = new StringContent($$$"""{"anonymousId":"{{{visitor}}}","userId":"{{{user}}}","traits":{"firstName":"{{{name}}}"}}""");
        using var answer = await _client!.PostAsync(new Uri("/v1/identify", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Every payload of the running server's log, as text.</summary>
    public List<string> Payloads()
    {
        var reader = new TextReader();
        Server!.Services.GetRequiredService<SignalLog>().Read(new long[Server.Services.GetRequiredService<Installation>().Partitions], reader, CancellationToken.None);
        return reader.Texts;
    }

    public List<DecisionEntry> Decisions() => [.. new DecisionLog(Server!.Services.GetRequiredService<Installation>())
        .Latest(new DecisionQuery { Limit = 1000 }).Select(stored => stored.Entry)];

    public static bool AnyFileHolds(string folder, string text) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await StopAsync();
        _temp.Dispose();
    }

    private sealed class TextReader : ILogReader
    {
        public List<string> Texts { get; } = [];

        public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (header.Kind == RecordKind.Signal)
            {
                Texts.Add(Encoding.UTF8.GetString(payload));
            }
        }
    }
}
