using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace MicroIntervention.Bench.Proofs;

/// <summary>A sender of signals on one connection, with a write key.</summary>
internal sealed class DoorClient : IDisposable
{
    private readonly HttpClient _client;

    public DoorClient(Uri url, string key)
    {
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = url,
            Timeout = TimeSpan.FromSeconds(30),
        };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
    }

    /// <summary>One event as the doors take it.</summary>
    public static string Event(string messageId, string visitor, string name, string properties = """{"amount":20,"currency":"EUR"}""") =>
        $$"""{"type":"track","messageId":"{{messageId}}","anonymousId":"{{visitor}}","event":"{{name}}","properties":{{properties}}}""";

    /// <summary>Sends events in one request; null when no answer came.</summary>
    public async Task<HttpStatusCode?> SendAsync(IReadOnlyList<string> events, CancellationToken cancel = default)
    {
        var (path, body) = events.Count == 1 ? ("/v1/track", events[0]) : ("/v1/batch", "{\"batch\":[" + string.Join(',', events) + "]}");
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), content, cancel);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();
}
