using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace MicroIntervention.Web.Replay;

/// <summary>Sends a file's events through the batch door: one visitor, one connection, file order, one batch in flight.</summary>
/// <remarks>
/// The file is cut into slices; when all connections have sent theirs, <paramref name="barrier"/> is told how far event time has come. Slices
/// depend on the file alone, so neither speed nor the number of connections changes what the engine sees of a visitor.
/// </remarks>
internal sealed class ReplaySender(ReplayOptions options, Uri url, string key, Func<long, Task> barrier, Action<int> progress) : IDisposable
{
    private const int SliceEvents = 1_000;
    private const int BatchEvents = 100;

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = url };
    private readonly AuthenticationHeaderValue _authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
    private readonly List<double> _latenciesMs = [];
    private readonly Lock _gate = new();
    private int _sent;

    public int Accepted { get; private set; }

    public int Rejected { get; private set; }

    /// <summary>Request times in ms, sorted.</summary>
    public IReadOnlyList<double> LatenciesMs
    {
        get
        {
            _latenciesMs.Sort();
            return _latenciesMs;
        }
    }

    public void Dispose() => _client.Dispose();

    /// <exception cref="HttpRequestException">The server refused a batch for good, or is gone.</exception>
    public async Task SendAsync(IReadOnlyList<ReplayEvent> events, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var latest = long.MinValue;
        for (var start = 0; start < events.Count; start += SliceEvents)
        {
            var slice = events.Skip(start).Take(SliceEvents).ToList();
            var lanes = slice.GroupBy(one => (int)((uint)string.GetHashCode(one.Visitor, StringComparison.Ordinal) % (uint)options.Connections));
            await Task.WhenAll(lanes.Select(lane => SendLaneAsync([.. lane], events[0].AtMs, clock, cancel)));
            latest = Math.Max(latest, slice.Max(one => one.AtMs));
            await barrier(latest);
        }
    }

    private async Task SendLaneAsync(List<ReplayEvent> lane, long firstMs, Stopwatch clock, CancellationToken cancel)
    {
        foreach (var batch in lane.Chunk(BatchEvents))
        {
            if (!double.IsPositiveInfinity(options.Speed))
            {
                var due = TimeSpan.FromMilliseconds((batch[^1].AtMs - firstMs) / options.Speed) - clock.Elapsed;
                await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, cancel);
            }

            await SendBatchAsync(batch, cancel);
        }
    }

    private async Task SendBatchAsync(ReplayEvent[] batch, CancellationToken cancel)
    {
        var body = Encoding.UTF8.GetBytes("{\"batch\":[" + string.Join(',', batch.Select(one => one.Json)) + "]}");
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch") { Content = new ByteArrayContent(body) };
            request.Headers.Authorization = _authorization;
            var started = Stopwatch.GetTimestamp();
            using var answer = await _client.SendAsync(request, cancel);
            var text = await answer.Content.ReadAsStringAsync(cancel);
            if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                // Nothing of the batch was taken: the same batch again, so that order holds.
                await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), cancel);
                continue;
            }

            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new HttpRequestException($"The server answered {(int)answer.StatusCode}: {text}");
            }

            using var json = JsonDocument.Parse(text);
            var rejected = json.RootElement.TryGetProperty("rejected", out var count) ? count.GetInt32() : 0;
            lock (_gate)
            {
                _latenciesMs.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                Accepted += batch.Length - rejected;
                Rejected += rejected;
                _sent += batch.Length;
            }

            progress(_sent);
            return;
        }
    }
}
