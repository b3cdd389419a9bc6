using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Web.Channels.Webhook;
using MicroIntervention.Web.Streams;

namespace MicroIntervention.Tests.Web.Streams;

public sealed class VisitorStreamTests
{
    [Fact]
    public async Task Hello_SecondSecret_IsRefusedAndTheFirstStaysGood()
    {
        await using var host = await StreamHost.StartAsync();
        var secret = StreamHost.NewSecret();
        using var first = await host.HelloAsync("anna", secret);
        using var stranger = await host.HelloAsync("anna", StreamHost.NewSecret());
        using var again = await host.HelloAsync("anna", secret);
        using var other = await host.HelloAsync("ben", StreamHost.NewSecret());

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal("*", first.Headers.GetValues("Access-Control-Allow-Origin").Single());
        using var body = JsonDocument.Parse(await first.Content.ReadAsStringAsync());
        Assert.Equal(3600, body.RootElement.GetProperty("expiresInSeconds").GetInt32());
    }

    [Fact]
    public async Task Hello_ManyAtOnceForOneVisitor_OneSecretWins()
    {
        await using var host = await StreamHost.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            using var response = await host.HelloAsync("raced", StreamHost.NewSecret());
            return response.StatusCode;
        }));
        Assert.Single(answers, HttpStatusCode.OK);
        Assert.Equal(15, answers.Count(status => status == HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Hello_WrongKeyOrOrigin_IsRefused()
    {
        await using var host = await StreamHost.StartAsync();
        using var unknown = await host.HelloAsync("anna", StreamHost.NewSecret(), "nonsense");
        using var server = await host.HelloAsync("anna", StreamHost.NewSecret(), host.ServerKey);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, server.StatusCode);

        host.Client.DefaultRequestHeaders.Remove("Origin");
        host.Client.DefaultRequestHeaders.Add("Origin", "https://evil.example.com");
        using var foreign = await host.HelloAsync("anna", StreamHost.NewSecret());
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"anonymousId\":\"a\"}")]
    [InlineData("{\"anonymousId\":\"\",\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}")]
    [InlineData("{\"anonymousId\":\"a\",\"secret\":\"short\"}")]
    [InlineData("{\"anonymousId\":\"a\",\"secret\":\"!!!!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}")]
    [InlineData("{\"anonymousId\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}},\"secret\":1}")]
    [InlineData("{\"anonymousId\":\"\\ud800\",\"secret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}")]
    public async Task Hello_BadBody_IsAnsweredWithASentence(string body)
    {
        await using var host = await StreamHost.StartAsync();
        using var response = await host.Client.PostAsync("/v1/hello", new StringContent(body));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("error", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var large = await host.Client.PostAsync("/v1/hello", new StringContent(new string(' ', 9000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task Hello_TenThousandFromOneAddress_AreLimitedAndForgotten()
    {
        await using var host = await StreamHost.StartAsync();
        var limited = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            using var response = await host.HelloAsync("bulk-" + i, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.NotNull(response.Headers.RetryAfter);
                Interlocked.Increment(ref limited);
            }
        });
        // The clock stands still: the burst and not one more.
        Assert.Equal(9_700, limited);
        Assert.Equal(300, host.Streams.Visitors);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, host.Streams.Visitors);
    }

    [Fact]
    public async Task Stream_WrongExpiredOrForeignToken_IsRefused()
    {
        await using var host = await StreamHost.StartAsync();
        await using var elsewhere = await StreamHost.StartAsync();
        var token = await host.TokenAsync("anna");
        foreach (var wrong in new[] { null, "", "x", token[..^4] + "AAAA", token + "A", await elsewhere.TokenAsync("anna") })
        {
            using var refused = await host.GetStreamAsync(wrong);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using (var inUrl = await host.Client.GetAsync("/v1/stream?token=" + token))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, inUrl.StatusCode);
        }

        host.Time.Advance(TimeSpan.FromMinutes(59));
        using (var inTime = await host.GetStreamAsync(token))
        {
            Assert.Equal(HttpStatusCode.OK, inTime.StatusCode);
        }

        host.Time.Advance(TimeSpan.FromMinutes(1));
        using var late = await host.GetStreamAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }

    [Fact]
    public async Task Stream_KeyRevoked_IsRefused()
    {
        await using var host = await StreamHost.StartAsync();
        var token = await host.TokenAsync("anna");
        await host.Sources.RevokeAsync(1);
        using var refused = await host.GetStreamAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    [Proves("R-41")]
    public async Task Send_OpenStream_ReachesThatVisitorAndNobodyElse()
    {
        await using var host = await StreamHost.StartAsync();
        using var anna = await host.OpenAsync(await host.TokenAsync("anna"));
        using var ben = await host.OpenAsync(await host.TokenAsync("ben"));
        var observer = new RecordingObserver();
        var forAnna = host.Prompt(host.VisitorOf("anna"));
        var forBen = host.Prompt(host.VisitorOf("ben"));
        host.Streams.Send(forAnna, observer);
        host.Streams.Send(forBen, observer);
        host.Streams.Send(host.Prompt(host.VisitorOf("nobody")), observer);
        observer.WaitFor(3);

        Assert.Equal(2, observer.Count(DeliveryResult.Sent));
        Assert.Equal(1, observer.Count(DeliveryResult.NoReceiver));
        var got = await anna.NextAsync();
        Assert.Equal(("prompt", forAnna.Id.ToString()), (got?.Event, got?.Id));
        using var json = JsonDocument.Parse(got!.Value.Data);
        Assert.Equal(forAnna.Id.ToString(), json.RootElement.GetProperty("decisionId").GetString());
        Assert.Equal(forBen.Id.ToString(), (await ben.NextAsync())?.Id);
    }

    [Fact]
    public async Task Send_LateOrKilled_WritesNothing()
    {
        await using var host = await StreamHost.StartAsync();
        using var anna = await host.OpenAsync(await host.TokenAsync("anna"));
        var observer = new RecordingObserver();
        var closed = new SendGate();
        closed.Close();
        host.Streams.Send(host.Prompt(host.VisitorOf("anna"), TimeSpan.Zero), observer);
        host.Streams.Send(host.Prompt(host.VisitorOf("anna"), gate: closed), observer);
        var good = host.Prompt(host.VisitorOf("anna"));
        host.Streams.Send(good, observer);
        observer.WaitFor(3);

        Assert.Equal([DeliveryResult.Expired, DeliveryResult.Withdrawn, DeliveryResult.Sent], observer.Results.Select(r => r.Result));
        Assert.Equal(good.Id.ToString(), (await anna.NextAsync())?.Id);
    }

    [Fact]
    public async Task Resume_LastEventId_GetsExactlyWhatFollowed()
    {
        await using var host = await StreamHost.StartAsync();
        var token = await host.TokenAsync("anna");
        var prompts = Enumerable.Range(0, 5).Select(i => host.Prompt(host.VisitorOf("anna"), i == 3 ? TimeSpan.FromSeconds(1) : null)).ToList();
        var observer = new RecordingObserver();
        using (var first = await host.OpenAsync(token))
        {
            prompts.ForEach(prompt => host.Streams.Send(prompt, observer));
            observer.WaitFor(5);
            Assert.Equal(prompts[0].Id.ToString(), (await first.NextAsync())?.Id);
        }

        host.Time.Advance(TimeSpan.FromSeconds(1.5));
        using (var resumed = await host.OpenAsync(token, prompts[1].Id.ToString()))
        {
            Assert.Equal(prompts[2].Id.ToString(), (await resumed.NextAsync())?.Id);
            Assert.Equal(prompts[4].Id.ToString(), (await resumed.NextAsync())?.Id);
            host.Streams.WithdrawAll();
            Assert.Equal("{\"all\":true}", (await resumed.NextAsync())?.Data);
        }

        using var after = await host.OpenAsync(token, prompts[1].Id.ToString());
        var next = host.Prompt(host.VisitorOf("anna"));
        host.Streams.Send(next, observer);
        Assert.Equal(next.Id.ToString(), (await after.NextAsync())?.Id);
        Assert.Equal(6, observer.Count(DeliveryResult.Sent));
    }

    [Fact]
    public async Task Send_BetweenTwoPages_WaitsForTheNextStreamWhileInTime()
    {
        await using var host = await StreamHost.StartAsync();
        var token = await host.TokenAsync("anna");
        (await host.OpenAsync(token)).Dispose();
        Assert.True(SpinWait.SpinUntil(() => host.Streams.Counts.Open == 0, TimeSpan.FromSeconds(20)));
        var observer = new RecordingObserver();
        var prompt = host.Prompt(host.VisitorOf("anna"), TimeSpan.FromSeconds(3));
        host.Streams.Send(prompt, observer);
        Assert.Empty(observer.Results);
        using var next = await host.OpenAsync(token);
        Assert.Equal(prompt.Id.ToString(), (await next.NextAsync())?.Id);
        observer.WaitFor(1);
        Assert.Equal(DeliveryResult.Sent, observer.Results[0].Result);
    }

    [Fact]
    public async Task Send_NobodyComesBack_EndsOnceWithTheReason()
    {
        await using var host = await StreamHost.StartAsync();
        await host.TokenAsync("anna");
        var observer = new RecordingObserver();
        host.Streams.Send(host.Prompt(host.VisitorOf("anna"), TimeSpan.FromSeconds(2)), observer);
        host.Streams.Send(host.Prompt(host.VisitorOf("anna"), TimeSpan.FromMinutes(2)), observer);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([DeliveryResult.Expired, DeliveryResult.NoReceiver], observer.Results.Select(r => r.Result));
        Assert.Equal(0, host.Streams.Visitors);
    }

    [Fact]
    public async Task Stream_OpenedTwice_TheNewestWinsAndTheOtherEndsCleanly()
    {
        await using var host = await StreamHost.StartAsync();
        var token = await host.TokenAsync("anna");
        using var old = await host.OpenAsync(token);
        using var fresh = await host.OpenAsync(token);
        Assert.Null(await old.NextAsync());
        var observer = new RecordingObserver();
        var prompt = host.Prompt(host.VisitorOf("anna"));
        host.Streams.Send(prompt, observer);
        Assert.Equal(prompt.Id.ToString(), (await fresh.NextAsync())?.Id);
        Assert.Equal(1, host.Streams.Counts.Replaced);
        Assert.True(SpinWait.SpinUntil(() => host.Streams.Counts.Open == 1, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    [Proves("R-22")]
    public async Task Withdraw_Scenario_TakesOnlyItsPromptsOffThePage()
    {
        await using var host = await StreamHost.StartAsync();
        using var anna = await host.OpenAsync(await host.TokenAsync("anna"));
        var observer = new RecordingObserver();
        var one = host.Prompt(host.VisitorOf("anna"), scenario: "one");
        var two = host.Prompt(host.VisitorOf("anna"), scenario: "two");
        host.Streams.Send(one, observer);
        host.Streams.Send(two, observer);
        host.Streams.Withdraw(new ScenarioKey("two"));
        host.Streams.WithdrawAll();
        await anna.NextAsync();
        await anna.NextAsync();
        var withdrawn = await anna.NextAsync();
        Assert.Equal(("withdraw", $"{{\"decisionId\":\"{two.Id}\"}}"), (withdrawn?.Event, withdrawn?.Data));
        Assert.Equal("{\"all\":true}", (await anna.NextAsync())?.Data);
    }

    [Fact]
    public async Task Stream_Quiet_HearsPingsAndEndsWithItsToken()
    {
        await using var host = await StreamHost.StartAsync();
        using var anna = await host.OpenAsync(await host.TokenAsync("anna"));
        Assert.Equal(": hello", await anna.LineAsync());
        Assert.Equal("", await anna.LineAsync());
        host.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(": ping", await anna.LineAsync());
        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await anna.NextAsync());
    }

    [Fact]
    public async Task Stop_OpenStreams_EndCleanlyAtOnce()
    {
        await using var host = await StreamHost.StartAsync();
        using var anna = await host.OpenAsync(await host.TokenAsync("anna"));
        var stopping = host.StopAsync();
        Assert.Null(await anna.NextAsync());
        await stopping.WaitAsync(TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Send_SlowReader_IsCutAndCountedAndOthersGoOn()
    {
        await using var host = await StreamHost.StartAsync();
        var token = await host.TokenAsync("slow");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, host.Url.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /v1/stream HTTP/1.1\r\nHost: x\r\nOrigin: {StreamHost.Origin}\r\nAuthorization: Bearer {token}\r\n\r\n"));
        Assert.True(SpinWait.SpinUntil(() => host.Streams.Counts.Open == 1, TimeSpan.FromSeconds(20)));
        using var quick = await host.OpenAsync(await host.TokenAsync("quick"));

        var observer = new RecordingObserver();
        var text = new string('x', 30_000);
        for (var i = 0; i < 2_000 && host.Streams.Counts.Slow == 0; i++)
        {
            host.Streams.Send(host.Prompt(host.VisitorOf("slow"), text: text), observer);
        }

        Assert.Equal(1, host.Streams.Counts.Slow);
        Assert.True(SpinWait.SpinUntil(() => host.Streams.Counts.Open == 1, TimeSpan.FromSeconds(20)));
        var prompt = host.Prompt(host.VisitorOf("quick"));
        host.Streams.Send(prompt, observer);
        Assert.Equal(prompt.Id.ToString(), (await quick.NextAsync())?.Id);
    }

    [Fact]
    public async Task Stream_LimitReached_IsAnsweredBusy()
    {
        await using var host = await StreamHost.StartAsync(new StreamOptions { MaxOpen = 1 });
        using var one = await host.OpenAsync(await host.TokenAsync("one"));
        using var two = await host.GetStreamAsync(await host.TokenAsync("two"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, two.StatusCode);
        Assert.NotNull(two.Headers.RetryAfter);
        Assert.Equal(1, host.Streams.Counts.Refused);
        Assert.Equal(1, host.Streams.Counts.Open);
    }

    [Theory]
    [InlineData("shown", SignalKind.Shown)]
    [InlineData("accepted", SignalKind.Accepted)]
    [InlineData("dismissed", SignalKind.Dismissed)]
    [InlineData("helpful", SignalKind.Helpful)]
    [InlineData("notHelpful", SignalKind.NotHelpful)]
    [InlineData("person", SignalKind.PersonRequested)]
    [InlineData("late", SignalKind.WithheldInBrowser)]
    public async Task Feedback_Kind_BecomesOneSignalOfThatVisitor(string kind, SignalKind expected)
    {
        await using var host = await StreamHost.StartAsync();
        var token = await host.TokenAsync("anna");
        var id = new DecisionId(new Hash128(1, 2));
        var json = $"{{\"decisionId\":\"{id}\",\"kind\":\"{kind}\",\"choice\":\"person\",\"signalToPaintMs\":34.5,\"extra\":\"<script>\"}}";
        using var first = await host.FeedbackAsync(token, json);
        using var again = await host.FeedbackAsync(token, json);
        using var other = await host.FeedbackAsync(await host.TokenAsync("ben"), json);

        Assert.Equal("{\"success\":true}", await first.Content.ReadAsStringAsync());
        var batches = host.Intake.Batches.ToArray();
        var signal = Assert.Single(batches[0].Signals.ToArray());
        Assert.Equal(host.VisitorOf("anna"), signal.Visitor);
        Assert.Equal(expected, signal.Kind);
        Assert.Equal(id, signal.About);
        Assert.Equal(1, signal.Source.Value);
        Assert.Equal(SignalFlags.None, signal.Flags);
        Assert.Equal(
            $"{{\"decisionId\":\"{id}\",\"kind\":\"{kind}\",\"choice\":\"person\",\"signalToPaintMs\":34.5}}",
            Encoding.UTF8.GetString(batches[0].RawOf(signal)));
        Assert.Equal(signal.Message, batches[1].Signals[0].Message);
        Assert.NotEqual(signal.Message, batches[2].Signals[0].Message);
    }

    [Theory]
    [InlineData("{\"decisionId\":\"1\",\"kind\":\"shown\"}")]
    [InlineData("{\"decisionId\":\"00000000000000000000000000000000\",\"kind\":\"shown\"}")]
    [InlineData("{\"decisionId\":\"00000000000000010000000000000002\",\"kind\":\"bought\"}")]
    [InlineData("{\"decisionId\":\"00000000000000010000000000000002\"}")]
    [InlineData("{\"decisionId\":\"00000000000000010000000000000002\",\"kind\":\"shown\",\"signalToPaintMs\":-1}")]
    [InlineData("{\"decisionId\":\"00000000000000010000000000000002\",\"kind\":\"shown\",\"signalToPaintMs\":1e999}")]
    [InlineData("{\"decisionId\":\"00000000000000010000000000000002\",\"kind\":\"shown\",\"signalToPaintMs\":\"NaN\"}")]
    [InlineData("not json")]
    public async Task Feedback_BadBody_IsRefused(string json)
    {
        await using var host = await StreamHost.StartAsync();
        using var response = await host.FeedbackAsync(await host.TokenAsync("anna"), json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(host.Intake.Batches);
    }

    [Fact]
    public async Task Feedback_NotDurable_IsNotAcknowledged()
    {
        await using var host = await StreamHost.StartAsync();
        var token = await host.TokenAsync("anna");
        const string json = "{\"decisionId\":\"00000000000000010000000000000002\",\"kind\":\"shown\"}";
        host.Intake.IsFull = true;
        using var full = await host.FeedbackAsync(token, json);
        host.Intake.IsFull = false;
        host.Intake.IsStalled = true;
        using var stalled = await host.FeedbackAsync(token, json);
        using var noToken = await host.FeedbackAsync("x", json);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, stalled.StatusCode);
        Assert.NotNull(stalled.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Unauthorized, noToken.StatusCode);
    }

    [Fact]
    public async Task Preflight_AllowsTheHeadersThatTheBrowserSends()
    {
        await using var host = await StreamHost.StartAsync();
        foreach (var path in new[] { "/v1/hello", "/v1/stream", "/v1/feedback" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, path);
            using var response = await host.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            var headers = response.Headers.GetValues("Access-Control-Allow-Headers").Single();
            Assert.Contains("authorization", headers, StringComparison.Ordinal);
            Assert.Contains("last-event-id", headers, StringComparison.Ordinal);
        }
    }
}
