using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>One request that a real SDK sent, ready to be sent again under another key.</summary>
internal sealed class CapturedRequest
{
    private const string SampleKey = "WRITE_KEY_SAMPLE";
    private static readonly string[] NotOurs = ["host", "connection", "content-length", "content-type", "content-encoding", "accept-encoding", "authorization"];

    private readonly JsonElement _capture;
    private readonly Dictionary<string, string> _headers;

    private CapturedRequest(JsonElement capture)
    {
        _capture = capture;
        _headers = capture.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
    }

    public string Method => _capture.GetProperty("method").GetString()!;

    public string Path => _capture.GetProperty("path").GetString()!.Split('?')[0];

    public string? Origin => Header("origin");

    /// <summary>It carries events.</summary>
    public bool IsSignals => Method == "POST" && Path != "/flags/";

    public string? Header(string name) => _headers.GetValueOrDefault(name);

    /// <summary>What makes each of its events the same event when it is sent again.</summary>
    public IEnumerable<string> MessageIds()
    {
        var body = _capture.GetProperty("body");
        return (body.TryGetProperty("batch", out var batch) ? batch.EnumerateArray() : new[] { body }.AsEnumerable())
            .Select(e => (e.TryGetProperty("messageId", out var id) ? id : e.GetProperty("uuid")).GetString()!);
    }

    public static List<CapturedRequest> Read(string file)
    {
        using var captures = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. captures.RootElement.EnumerateArray().Select(capture => new CapturedRequest(capture.Clone()))];
    }

    /// <summary>The same request, bytes and headers, with this key in place of the sample's.</summary>
    public HttpRequestMessage With(string key)
    {
        var path = _capture.GetProperty("path").GetString()!.Replace(SampleKey, key, StringComparison.Ordinal);
        var request = new HttpRequestMessage(new HttpMethod(Method), new Uri(path, UriKind.Relative));
        foreach (var (name, value) in _headers.Where(h => !NotOurs.Contains(h.Key)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (Header("authorization") is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        }

        if (Method == "POST")
        {
            var body = Encoding.UTF8.GetBytes(_capture.GetProperty("body").GetRawText().Replace("phc_" + SampleKey, key, StringComparison.Ordinal).Replace(SampleKey, key, StringComparison.Ordinal));
            var wasCompressed = _capture.GetProperty("raw_body_bytes").GetInt32() < _capture.GetProperty("decoded_bytes").GetInt32();
            request.Content = new ByteArrayContent(wasCompressed ? Compress(body) : body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", Header("content-type"));
            if (Header("content-encoding") is { } encoding)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            }
        }

        return request;
    }

    private static byte[] Compress(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return compressed.ToArray();
    }
}
