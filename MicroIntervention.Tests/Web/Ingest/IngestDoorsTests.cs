using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Ingest;

[Proves("R-04")]
public sealed class IngestDoorsTests
{
    private const string Event = """{"anonymousId":"a","event":"Payment Declined","messageId":"m-1"}""";

    [Theory]
    [InlineData("/v1/track", Event)]
    [InlineData("/v1/t", Event)]
    [InlineData("/v1/page", """{"anonymousId":"a"}""")]
    [InlineData("/v1/identify", """{"userId":"u"}""")]
    [InlineData("/v1/batch", """{"batch":[{"type":"page","anonymousId":"a"}]}""")]
    public async Task Post_GoodBody_IsDurableBeforeItIsAnswered(string path, string body)
    {
        await using var server = await DoorServer.StartAsync();
        var durable = false;
        server.Intake.BeforeDurable = async () =>
        {
            await Task.Delay(50);
            durable = true;
        };

        using var answer = await server.PostAsync(path, body, server.ServerKey);

        Assert.True(durable);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"success":true}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(Assert.Single(server.Intake.Taken).Signal.Has(SignalFlags.Verified));
    }

    [Fact]
    public async Task Post_BadEventInAGoodBatch_TakesTheRestAndKeepsTheBadOne()
    {
        await using var server = await DoorServer.StartAsync();
        var body = $$"""{"writeKey":"x","batch":[{"type":"track","event":"E","userId":"u"},{"type":"track","event":"No one","note":"{{server.ServerKey}}"},{"broken":"{{server.ServerKey}}",}]}""";

        using var answer = await server.PostAsync("/v1/batch", body, server.ServerKey);

        Assert.Equal("""{"success":true,"rejected":2}""", await answer.Content.ReadAsStringAsync());
        Assert.Single(server.Intake.Taken);
        var rows = await RejectedRows.ReadAsync(server.Services, 2);
        Assert.Equal(["missing-identity", "not-json"], rows.Select(row => row.Reason));
        Assert.Contains("anonymousId", rows[0].Detail, StringComparison.Ordinal);
        Assert.All(rows, row => Assert.DoesNotContain(server.ServerKey, Encoding.UTF8.GetString(row.Payload), StringComparison.Ordinal));
        Assert.Contains("No one", Encoding.UTF8.GetString(rows[0].Payload), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/track", "{", HttpStatusCode.BadRequest)]
    [InlineData("/v1/track", "", HttpStatusCode.BadRequest)]
    [InlineData("/v1/track", """{"event":"E"}""", HttpStatusCode.BadRequest)]
    [InlineData("/v1/batch", """{"batch":[""", HttpStatusCode.BadRequest)]
    [InlineData("/v1/batch", "[]", HttpStatusCode.BadRequest)]
    public async Task Post_UnreadableBody_IsRefusedWithASentence(string path, string body, HttpStatusCode status)
    {
        await using var server = await DoorServer.StartAsync();

        using var answer = await server.PostAsync(path, body, server.ServerKey);

        Assert.Equal(status, answer.StatusCode);
        Assert.True((await ErrorAsync(answer)).Length > 20);
        Assert.Empty(server.Intake.Taken);
        Assert.Single(await RejectedRows.ReadAsync(server.Services, 1));
    }

    [Fact]
    public async Task Post_KeyInTheBody_IsEnoughForABeacon()
    {
        await using var server = await DoorServer.StartAsync();

        using var answer = await server.PostAsync("/v1/batch", $$"""{"batch":[{"type":"page","anonymousId":"a"}],"writeKey":"{{server.BrowserKey}}"}""", null, DoorServer.Origin);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(Assert.Single(server.Intake.Taken).Signal.Has(SignalFlags.Verified));
    }

    [Fact]
    [Proves("R-73")]
    public async Task Post_BrowserKey_OnlyFromItsOrigins()
    {
        await using var server = await DoorServer.StartAsync();

        using var right = await server.PostAsync("/v1/track", Event, server.BrowserKey, DoorServer.Origin);
        using var wrong = await server.PostAsync("/v1/track", Event, server.BrowserKey, "https://evil.example");
        using var none = await server.PostAsync("/v1/track", Event, server.BrowserKey);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], new[] { right, wrong, none }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task Post_TenThousandUnknownKeys_AreRefusedAndThrottled()
    {
        await using var server = await DoorServer.StartAsync();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 10_000; i++)
        {
            using var answer = await server.PostAsync("/v1/track", Event, $"mi_s_guess{i}");
            statuses.Add(answer.StatusCode);
            if (i == 9_999)
            {
                Assert.NotNull(answer.Headers.RetryAfter);
            }
        }

        Assert.Equal(HttpStatusCode.Unauthorized, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests));
        using var good = await server.PostAsync("/v1/track", Event, server.ServerKey);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task Post_RevokedKey_IsUnknownAtOnce()
    {
        await using var server = await DoorServer.StartAsync();
        var sources = server.Services.GetRequiredService<SourceStore>();
        var made = await sources.CreateAsync(new NewSource("short-lived", SourceKind.Server, []));
        using var before = await server.PostAsync("/v1/track", Event, made.Key);

        await sources.RevokeAsync(made.Source.Number);

        using var after = await server.PostAsync("/v1/track", Event, made.Key);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], new[] { before.StatusCode, after.StatusCode });
    }

    [Theory]
    [InlineData(PostResult.Overloaded, HttpStatusCode.TooManyRequests)]
    [InlineData(PostResult.Stalled, HttpStatusCode.InsufficientStorage)]
    [InlineData(PostResult.NotRunning, HttpStatusCode.ServiceUnavailable)]
    [Proves("R-05")]
    public async Task Post_EngineCannotTake_SaysWhenToTryAgain(PostResult result, HttpStatusCode status)
    {
        await using var server = await DoorServer.StartAsync();
        server.Intake.Answer = result;

        using var answer = await server.PostAsync("/v1/track", Event, server.ServerKey);

        Assert.Equal(status, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    [Proves("R-05")]
    public async Task Post_LogStallsAfterTaking_IsNotAcknowledged()
    {
        await using var server = await DoorServer.StartAsync();
        server.Intake.Stalls = true;

        using var answer = await server.PostAsync("/v1/track", Event, server.ServerKey);

        Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
    }

    [Fact]
    public async Task Post_MoreThanTheRate_Is429()
    {
        await using var server = await DoorServer.StartAsync(services =>
            services.Configure<MicroIntervention.Web.Ingest.IngestOptions>(_ => { }).AddSingleton(Microsoft.Extensions.Options.Options.Create(new MicroIntervention.Web.Ingest.IngestOptions { ServerEventsPerSecond = 1 })));

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await server.PostAsync("/v1/track", Event, server.ServerKey);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_Gzip_IsReadByItsFirstBytes(bool withHeader)
    {
        await using var server = await DoorServer.StartAsync();

        using var answer = await server.PostAsync(
            "/v1/track", Zip(Encoding.UTF8.GetBytes(Event)), server.ServerKey, with: request => Encode(request, withHeader ? "gzip" : null));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Event, Assert.Single(server.Intake.Taken).Raw);
    }

    [Fact]
    public async Task Post_HostileCompression_IsRefused()
    {
        await using var server = await DoorServer.StartAsync();
        var bomb = Zip(new byte[200 * 1024 * 1024]);

        using var tooLarge = await server.PostAsync("/v1/track", bomb, server.ServerKey);
        using var broken = await server.PostAsync("/v1/track", [0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9], server.ServerKey);
        using var cut = await server.PostAsync("/v1/track", Zip(Encoding.UTF8.GetBytes(Event))[..^12], server.ServerKey);
        using var brotli = await server.PostAsync("/v1/track", Encoding.UTF8.GetBytes(Event), server.ServerKey, with: request => Encode(request, "br"));

        Assert.Equal(
            [HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.UnsupportedMediaType],
            new[] { tooLarge, broken, cut, brotli }.Select(answer => answer.StatusCode));
        Assert.Empty(server.Intake.Taken);
    }

    [Fact]
    public async Task Post_LargeBody_IsTakenUpTo500KB()
    {
        await using var server = await DoorServer.StartAsync();
        string Batch(int length)
        {
            var events = string.Join(',', Enumerable.Repeat("""{"type":"page","anonymousId":"a","x":"PAD"}""".Replace("PAD", new string('p', 2_000), StringComparison.Ordinal), 200));
            var body = $$"""{"batch":[{{events}}],"pad":""}""";
            return body[..^2] + new string('p', length - body.Length) + "\"}";
        }

        using var most = await server.PostAsync("/v1/batch", Batch(SignalParser.MaxBodyBytes), server.ServerKey);
        using var more = await server.PostAsync("/v1/batch", Batch(SignalParser.MaxBodyBytes + 1), server.ServerKey);
        using var announcedNowhere = await server.PostAsync(
            "/v1/batch", Encoding.UTF8.GetBytes(Batch(SignalParser.MaxBodyBytes + 1)), server.ServerKey, with: request => request.Headers.TransferEncodingChunked = true);

        Assert.Equal(HttpStatusCode.OK, most.StatusCode);
        Assert.Equal(200, server.Intake.Taken.Count);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, more.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, announcedNowhere.StatusCode);
    }

    [Fact]
    public async Task Options_FromAnyOrigin_AllowsTheHeadersThatSdksSend()
    {
        await using var server = await DoorServer.StartAsync();
        foreach (var path in new[] { "/v1/batch", "/v1/track", "/v1/page", "/v1/identify" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, path);
            request.Headers.Add("Origin", "https://any.example");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
            using var answer = await server.Client.SendAsync(request);

            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
            var allowed = answer.Headers.GetValues("Access-Control-Allow-Headers").Single();
            Assert.All(["authorization", "content-type", "x-retry-count", "anonymousid", "sentat"], name => Assert.Contains(name, allowed, StringComparison.Ordinal));
        }

        using var get = await server.Client.GetAsync(new Uri("/v1/batch", UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
    }

    [Fact]
    [Proves("R-71")]
    public async Task Post_SecGpcHeader_MarksTheSignal()
    {
        await using var server = await DoorServer.StartAsync();

        using var answer = await server.PostAsync("/v1/track", Encoding.UTF8.GetBytes(Event), server.ServerKey, with: request => request.Headers.Add("Sec-GPC", "1"));

        Assert.True(Assert.Single(server.Intake.Taken).Signal.Has(SignalFlags.PrivacyControl));
    }

    [Fact]
    public async Task Post_SenderGoesAwayMidway_TakesNothingAndGoesOn()
    {
        await using var server = await DoorServer.StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(server.Url.Host, server.Url.Port);
            var key = Convert.ToBase64String(Encoding.UTF8.GetBytes(server.ServerKey + ":"));
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {key}\r\nContent-Length: 100\r\n\r\n{{\"half"));
            await Task.Delay(50);
        }

        using var answer = await server.PostAsync("/v1/track", Event, server.ServerKey);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(server.Intake.Taken);
    }

    [SharedFact]
    public async Task Post_CapturedSdkRequests_AreAllAcknowledged()
    {
        await using var server = await DoorServer.StartAsync();
        foreach (var file in Directory.GetFiles(SharedData.PathOf("contracts", "ingest-captures"), "*.json"))
        {
            using var captures = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
            foreach (var capture in captures.RootElement.EnumerateArray())
            {
                var path = capture.GetProperty("path").GetString()!;
                if (capture.GetProperty("method").GetString() == "POST" && DoorPath.Of(path) is { Form: DoorForm.Segment })
                {
                    using var answer = await server.PostAsync(path, capture.GetProperty("body").GetRawText(), server.ServerKey);
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                }
            }
        }

        Assert.NotEmpty(server.Intake.Taken);
    }

    private static void Encode(HttpRequestMessage request, string? encoding)
    {
        if (encoding is not null)
        {
            request.Content!.Headers.ContentEncoding.Add(encoding);
        }
    }

    private static byte[] Zip(byte[] body)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return to.ToArray();
    }

    private static async Task<string> ErrorAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("error").GetString()!;
    }
}
