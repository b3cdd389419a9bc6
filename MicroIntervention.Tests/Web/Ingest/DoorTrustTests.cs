using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>What a public key cannot do, over HTTP on the whole program.</summary>
[Proves("R-73")]
public sealed class DoorTrustTests
{
    [Fact]
    public async Task Stream_OfAnotherVisitor_CannotBeOpened()
    {
        await using var server = await ConsoleServer.StartAsync();
        var key = await KeyAsync(server, SourceKind.Browser);
        using var client = server.NewClient();
        var anna = await HelloAsync(client, key, "anna", Secret());
        Assert.Equal(HttpStatusCode.OK, anna.Status);

        // Who knows the id but not the secret gets no token for it, and a token opens only its own stream: the request names no visitor.
        Assert.Equal(HttpStatusCode.Forbidden, (await HelloAsync(client, key, "anna", Secret())).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await StreamAsync(client, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StreamAsync(client, key));
        var changed = anna.Token!.ToCharArray();
        for (var at = 0; at < changed.Length - 4; at += 7)
        {
            var kept = changed[at];
            changed[at] = kept == 'A' ? 'B' : 'A';
            Assert.Equal(HttpStatusCode.Unauthorized, await StreamAsync(client, new string(changed)));
            changed[at] = kept;
        }
    }

    [Fact]
    public async Task BrowserKey_CannotWriteAnOutcome()
    {
        await using var server = await ConsoleServer.StartAsync();
        var key = await KeyAsync(server, SourceKind.Browser);
        using var client = server.NewClient(key);

        // There is no door for outcomes yet; an event that is named like one stays an unverified signal.
        Assert.True(await PostAsync(client, "/v1/outcomes", """{"anonymousId":"a","outcome":"resolved"}""") is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed);
        Assert.True(await PostAsync(client, "/v1/outcome", """{"anonymousId":"a","outcome":"resolved"}""") is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed);
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, "/v1/track", """{"anonymousId":"a","event":"mi:outcome"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, "/v1/batch", """{"batch":[{"type":"alias","anonymousId":"a","userId":"u"}]""" + "}x"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, "/v1/track", """{"anonymousId":"a","event":"Resolved"}"""));

        Assert.All(Records(server), record => Assert.Equal(SignalFlags.None, record.Flags & SignalFlags.Verified));
    }

    [Fact]
    public async Task BrowserKey_CannotBorrowAnothersProfile()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var shop = server.NewClient(await KeyAsync(server, SourceKind.Server));
        using var page = server.NewClient(await KeyAsync(server, SourceKind.Browser));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(shop, "/v1/identify", """{"userId":"u-1","traits":{"firstName":"Anna"}}"""));

        // By the user id alone nobody gets in; with an anonymousId it is that browser's own visit, whatever it says of itself.
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(page, "/v1/identify", """{"userId":"u-1","traits":{"firstName":"Mallory"}}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(page, "/v1/track", """{"anonymousId":"","userId":"u-1","event":"Payment Declined"}"""));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(page, "/v1/identify", """{"anonymousId":"mallory","userId":"u-1","traits":{"firstName":"Mallory"}}"""));

        var hash = server.Services.GetRequiredService<KeyedHash>();
        var customer = new VisitorId(hash.Of(HashDomain.Visitor, "u:u-1"));
        var records = Records(server);
        Assert.Equal(2, records.Count);
        Assert.Equal(SignalFlags.Verified, Assert.Single(records, r => r.Visitor == customer).Flags & SignalFlags.Verified);
        Assert.Equal(SignalFlags.None, Assert.Single(records, r => r.Visitor != customer).Flags & SignalFlags.Verified);
    }

    [Theory]
    [InlineData(2_500, HttpStatusCode.OK)]
    [InlineData(10_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Event_WithThousandsOfUnknownProperties_HasADefinedAnswer(int count, HttpStatusCode expected)
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient(await KeyAsync(server, SourceKind.Server));
        var properties = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\":1"));

        Assert.Equal(expected, await PostAsync(client, "/v1/track", "{\"anonymousId\":\"a\",\"event\":\"E\",\"properties\":{" + properties + "}}"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, "/v1/track", """{"anonymousId":"a","event":"E"}"""));
    }

    private static async Task<string> KeyAsync(ConsoleServer server, SourceKind kind) =>
        (await server.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource(kind.ToString(), kind, []))).Key;

    private static string Secret() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), body);
        return answer.StatusCode;
    }

    private static async Task<(HttpStatusCode Status, string? Token)> HelloAsync(HttpClient client, string key, string visitor, string secret)
    {
        using var body = new StringContent(JsonSerializer.Serialize(new { writeKey = key, anonymousId = visitor, secret }));
        using var answer = await client.PostAsync(new Uri("/v1/hello", UriKind.Relative), body);
        using var read = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, read.RootElement.TryGetProperty("token", out var token) ? token.GetString() : null);
    }

    private static async Task<HttpStatusCode> StreamAsync(HttpClient client, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stream");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private static List<RecordHeader> Records(ConsoleServer server)
    {
        var reader = new Headers();
        server.Services.GetRequiredService<SignalLog>().Read(new long[server.Services.GetRequiredService<Installation>().Partitions], reader, CancellationToken.None);
        return reader.All;
    }

    private sealed class Headers : ILogReader
    {
        public List<RecordHeader> All { get; } = [];

        public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (header.Kind == RecordKind.Signal)
            {
                All.Add(header);
            }
        }
    }
}
