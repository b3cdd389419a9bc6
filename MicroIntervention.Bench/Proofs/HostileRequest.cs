using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace MicroIntervention.Bench.Proofs;

/// <summary>One request that no honest sender makes, and the answers that the documents allow.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Path">Where it goes.</param>
/// <param name="Body">What is posted; null for GET.</param>
/// <param name="Allowed">Statuses that docs/wire.md and docs/signals.md give it.</param>
/// <param name="Encoding">Content-Encoding, if it claims one.</param>
/// <param name="Chunked">Sent without announcing its length.</param>
internal sealed record HostileRequest(string Name, string Path, byte[]? Body, int[] Allowed, string? Encoding = null, bool Chunked = false)
{
    /// <summary>Runs in the page of whoever shows it as markup.</summary>
    public const string Markup = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>";

    private const string Who = "\"anonymousId\":\"hostile\",\"event\":\"Payment Declined\"";

    /// <summary>Every kind; the same ones at every call.</summary>
    public static HostileRequest[] All() =>
    [
        Track("truncated", $$"""{{{Who}},"properties":{"amou""", 400),
        Track("empty", "", 400),
        Track("not an object", "[[[]]]", 400),
        Track("nested 10,000 levels deep", "{" + Who + ",\"x\":" + new string('[', 10_000) + new string(']', 10_000) + "}", 400),
        Track("wrong type of id", """{"anonymousId":{"$ne":1},"event":"Payment Declined"}""", 400),
        Track("wrong type of event", """{"anonymousId":"hostile","event":[1]}""", 400),
        Track("wrong type of properties", $$"""{{{Who}},"properties":"x"}""", 400),
        Track("wrong timestamp", $$"""{{{Who}},"timestamp":99999999999999999999}""", 400),
        Track("reserved name", """{"anonymousId":"hostile","event":"mi:kill"}""", 400),
        Track("NaN", Amount("NaN"), 400),
        Track("Infinity", Amount("-Infinity"), 400),
        Track("1e999", Amount("1e999"), 200),
        Track("a number of 5,000 digits", Amount(new string('9', 5_000)), 200),
        new("invalid UTF-8", "/v1/track", Broken(), [400]),
        new("null bytes", "/v1/track", new byte[4_000], [400]),
        Track("an event of 40 KB", Amount("\"" + new string('y', 40_000) + "\""), 413),
        Track("10,000 unknown properties", "{" + Who + ",\"properties\":{" + string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"{i:x}\":1")) + "}}", 413),
        Track("3,000 unknown properties", "{" + Who + ",\"properties\":{" + string.Join(',', Enumerable.Range(0, 3_000).Select(i => $"\"{i:x}\":1")) + "}}", 200),
        new("600 KB", "/v1/batch", new byte[600_000], [413]),
        new("600 KB, length not announced", "/v1/batch", new byte[600_000], [413], Chunked: true),
        new("2,501 events", "/v1/batch", Bytes("{\"batch\":[" + string.Join(',', Enumerable.Repeat("{\"type\":\"track\"," + Who + "}", 2_501)) + "]}"), [413]),
        new("gzip bomb of 50 MB", "/v1/batch", Zip(new byte[50_000_000]), [413], Encoding: "gzip"),
        new("gzip bomb that says it is plain", "/v1/batch", Zip(new byte[50_000_000]), [413]),
        new("broken gzip", "/v1/batch", [0x1f, 0x8b, 8, 0, .. Bytes("no gzip at all, no gzip at all")], [400], Encoding: "gzip"),
        new("half of a gzip", "/v1/batch", Zip(Bytes("{\"batch\":[{\"type\":\"track\"," + Who + "}]}"))[..30], [400], Encoding: "gzip"),
        new("an encoding nobody knows", "/v1/track", Bytes("{" + Who + "}"), [415], Encoding: "br"),
        new("bad events in a batch", "/v1/batch", Bytes("""{"batch":[{"type":"group","userId":"u"},7,null,{"type":"track"}]}"""), [200]),
        new("script tags in every text", "/v1/batch", Markups(), [200]),
        new("GET of a door", "/v1/batch", null, [405]),
        new("no such door", "/v1/nothing", [], [404, 405]),
        new("hello that is none", "/v1/hello", Bytes("{\"anonymousId\":7"), [400, 401]),
        new("feedback of nobody", "/v1/feedback", Bytes("""{"decisionId":"00","kind":"accepted"}"""), [401]),
        new("stream of nobody", "/v1/stream", null, [401]),
        new("hub without sign-in", "/hubs/live/negotiate", [], [401]),
        new("page without sign-in", "/live", null, [302, 401]),
    ];

    private static HostileRequest Track(string name, string body, int status) => new(name, "/v1/track", Bytes(body), [status]);

    private static string Amount(string json) => "{" + Who + ",\"properties\":{\"amount\":" + json + "}}";

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static byte[] Broken()
    {
        var body = Bytes("{\"anonymousId\":\"#\",\"event\":\"Payment Declined\"}");
        body[Array.IndexOf(body, (byte)'#')] = 0xC0;
        return body;
    }

    private static byte[] Zip(byte[] plain)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return zipped.ToArray();
    }

    private static byte[] Markups()
    {
        var text = Markup.Replace("\"", "\\\"", StringComparison.Ordinal);
        var builder = new StringBuilder("{\"batch\":[");
        builder.Append(CultureInfo.InvariantCulture, $$$"""{"type":"identify","anonymousId":"{{{text}}}","traits":{"firstName":"{{{text}}}","name":"{{{text}}}"},"context":{"page":{"title":"{{{text}}}","path":"{{{text}}}"},"timezone":"{{{text}}}","locale":"{{{text}}}"}},""");
        builder.Append(CultureInfo.InvariantCulture, $$$"""{"type":"page","anonymousId":"{{{text}}}","name":"{{{text}}}","properties":{"title":"{{{text}}}"}},""");
        builder.Append(CultureInfo.InvariantCulture, $$$"""{"type":"track","anonymousId":"{{{text}}}","event":"{{{text}}}","properties":{"{{{text}}}":"{{{text}}}"}},""");
        builder.Append(CultureInfo.InvariantCulture, $$$"""{"type":"track","anonymousId":"{{{text}}}","event":"Payment Declined","properties":{"error_code":"{{{text}}}"}},""");
        builder.Append(CultureInfo.InvariantCulture, $$$"""{"type":"track","anonymousId":"{{{text}}}","event":"Payment Declined","properties":{"error_code":"{{{text}}}"}}]}""");
        return Bytes(builder.ToString());
    }
}
