using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Channels.Webhook;

namespace MicroIntervention.Tests.Web.Channels.Webhook;

[Proves("R-41")]
public sealed class WebhookChannelTests
{
    private static readonly WebhookSecret Secret = WebhookSecret.Create();
    private static readonly byte[] Body = "{\"offer\":\"hello\"}"u8.ToArray();
    private static long _next;

    private static WebhookOptions Quick => new()
    {
        AllowLoopback = true,
        PromptRetryDelay = TimeSpan.FromMilliseconds(20),
        HandoffRetryDelay = TimeSpan.FromMilliseconds(20),
        MaxHandoffRetryDelay = TimeSpan.FromMilliseconds(100),
        BreakDuration = TimeSpan.FromMilliseconds(500),
    };

    [Fact]
    [Proves("R-71")]
    public async Task Forget_WaitingUnderRetryAndOnTheWire_GetsNoFurtherAttempt()
    {
        using var hold = new SemaphoreSlim(0);
        await using var server = await HookServer.StartAsync(async (context, index) =>
        {
            context.Response.StatusCode = 503;
            if (index == 0)
            {
                await hold.WaitAsync(context.RequestAborted);
            }
        });
        using var channel = Channel(server.Url, new WebhookOptions { AllowLoopback = true, HandoffRetryDelay = TimeSpan.FromMilliseconds(20), MaxHandoffRetryDelay = TimeSpan.FromMilliseconds(50) });
        var observer = new RecordingObserver();
        var erased = new VisitorId(new(77, 7));
        var onTheWire = Prompt() with { Kind = DeliveryKind.Handoff, Visitor = erased };
        var waiting = Prompt() with { Kind = DeliveryKind.Handoff, Visitor = erased };
        var prompt = Prompt() with { Visitor = erased };
        var other = Prompt() with { Kind = DeliveryKind.Handoff };
        channel.Send(onTheWire, observer);
        Assert.True(SpinWait.SpinUntil(() => !server.Requests.IsEmpty, TimeSpan.FromSeconds(20)));
        channel.Send(waiting, observer);
        channel.Send(other, observer);
        channel.Send(prompt, observer);
        Assert.True(SpinWait.SpinUntil(() => server.Requests.Any(r => r.Headers["webhook-id"] == prompt.Id.ToString()), TimeSpan.FromSeconds(20)));

        await channel.ForgetAsync(new HashSet<VisitorId> { erased }, CancellationToken.None);
        hold.Release();
        observer.WaitFor(3);

        Assert.All(observer.Results, result => Assert.Equal((erased, DeliveryResult.Withdrawn), (result.Request.Visitor, result.Result)));
        Assert.True(SpinWait.SpinUntil(() => server.Requests.Count(r => r.Headers["webhook-id"] == other.Id + "-handoff") > 2, TimeSpan.FromSeconds(20)));
        Assert.Single(server.Requests, r => r.Headers["webhook-id"] == onTheWire.Id + "-handoff");
        Assert.DoesNotContain(server.Requests, r => r.Headers["webhook-id"] == waiting.Id + "-handoff");
        Assert.Equal(1, channel.Status[0].InHand);
    }

    [Fact]
    public async Task Send_Prompt_ArrivesSignedOnKeptConnections()
    {
        await using var server = await HookServer.StartAsync();
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        var requests = Enumerable.Range(0, 50).Select(_ => Prompt()).ToList();
        requests.ForEach(request => channel.Send(request, observer));
        observer.WaitFor(50);

        Assert.Equal(50, observer.Count(DeliveryResult.Sent));
        Assert.Equal(requests.Select(r => r.Id.ToString()).Order(), server.Requests.Select(r => r.Headers["webhook-id"]).Order());
        Assert.InRange(server.Connections.Count, 1, Quick.MaxSenders);
        Assert.All(server.Requests, received =>
        {
            Assert.Equal(WebhookVerdict.Valid, WebhookSignature.Verify(
                [Secret],
                received.Headers["webhook-id"],
                received.Headers["webhook-timestamp"],
                received.Headers["webhook-signature"],
                received.Body,
                DateTimeOffset.UtcNow));
            Assert.Equal(Body, received.Body);
            Assert.Equal("/hook", received.Path);
            Assert.StartsWith("MicroIntervention/", received.Headers["user-agent"], StringComparison.Ordinal);
            Assert.Equal("application/json", received.Headers["content-type"]);
        });
    }

    [Fact]
    public async Task Send_ServerFailsTwice_RetriesUnderTheSameIdInTime()
    {
        await using var server = await HookServer.StartAsync((context, index) =>
        {
            context.Response.StatusCode = index < 2 ? 503 : 204;
            return Task.CompletedTask;
        });
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        var request = Prompt();
        channel.Send(request, observer);
        observer.WaitFor(1);

        Assert.Equal(DeliveryResult.Sent, Assert.Single(observer.Results).Result);
        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, received => Assert.Equal(request.Id.ToString(), received.Headers["webhook-id"]));
        Assert.Equal(2, channel.Status[0].Counts.Retries);
    }

    [Fact]
    public async Task Send_ServerKeepsFailing_PromptIsNotRetriedBeyondItsExpiry()
    {
        await using var server = await HookServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        var started = Environment.TickCount64;
        channel.Send(Prompt(lateAfter: TimeSpan.FromMilliseconds(300)), observer);
        observer.WaitFor(1);

        Assert.Equal(DeliveryResult.Failed, observer.Results[0].Result);
        Assert.All(server.Requests, received => Assert.True(received.AtMs - started <= 400, $"attempt after {received.AtMs - started} ms"));
    }

    [Fact]
    public async Task Send_AlreadyLate_EndsExpiredWithoutSending()
    {
        await using var server = await HookServer.StartAsync();
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        channel.Send(Prompt(lateAfter: TimeSpan.FromMilliseconds(-1)), observer);
        observer.WaitFor(1);

        Assert.Equal(DeliveryResult.Expired, observer.Results[0].Result);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Send_HandoffToFailingServer_ArrivesInTheEndWithItsOwnId()
    {
        await using var server = await HookServer.StartAsync((context, index) =>
        {
            context.Response.StatusCode = index < 6 ? (index % 2 == 0 ? 500 : 404) : 200;
            return Task.CompletedTask;
        });
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        var request = Prompt(lateAfter: TimeSpan.Zero) with { Kind = DeliveryKind.Handoff };
        channel.Send(request, observer);
        observer.WaitFor(1);

        Assert.Equal(DeliveryResult.Sent, observer.Results[0].Result);
        Assert.Equal(7, server.Requests.Count);
        Assert.All(server.Requests, received => Assert.Equal(request.Id + "-handoff", received.Headers["webhook-id"]));
    }

    [Fact]
    public async Task Send_ReceiverAsksForAPause_NothingComesBeforeIt()
    {
        await using var server = await HookServer.StartAsync((context, index) =>
        {
            if (index == 0)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "1";
            }

            return Task.CompletedTask;
        });
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        channel.Send(Prompt(), observer);
        Assert.True(SpinWait.SpinUntil(() => channel.Status[0].Health == WebhookHealth.Recovering, TimeSpan.FromSeconds(10)));
        channel.Send(Prompt(), observer);
        channel.Send(Prompt(lateAfter: TimeSpan.FromMilliseconds(200)), observer);
        observer.WaitFor(3);

        Assert.Equal(2, observer.Count(DeliveryResult.Sent));
        Assert.Equal(1, observer.Count(DeliveryResult.Failed));
        var times = server.Requests.Select(r => r.AtMs).ToList();
        Assert.Equal(3, times.Count);
        Assert.All(times.Skip(1), at => Assert.True(at - times[0] >= 950, $"after {at - times[0]} ms"));
    }

    [Fact]
    public async Task Send_Gone_SwitchesTheAddressOffWithAReason()
    {
        await using var server = await HookServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 410;
            return Task.CompletedTask;
        });
        var told = new List<(int Number, string Reason)>();
        using var channel = Channel(server.Url, switchOff: (number, reason) => told.Add((number, reason)));
        var observer = new RecordingObserver();
        channel.Send(Prompt(), observer);
        observer.WaitFor(1);
        channel.Send(Prompt(), observer);
        observer.WaitFor(2);

        Assert.Equal([DeliveryResult.Failed, DeliveryResult.NoReceiver], observer.Results.Select(r => r.Result));
        Assert.Single(server.Requests);
        Assert.Equal(WebhookHealth.Disabled, channel.Status[0].Health);
        Assert.Contains("410", channel.Status[0].Says, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(told).Number);
    }

    [Fact]
    public async Task Send_Redirect_IsNotFollowed()
    {
        await using var other = await HookServer.StartAsync();
        await using var server = await HookServer.StartAsync((context, _) =>
        {
            context.Response.Redirect(other.Url.ToString(), permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        channel.Send(Prompt(), observer);
        observer.WaitFor(1);

        Assert.Equal(DeliveryResult.Failed, observer.Results[0].Result);
        Assert.Single(server.Requests);
        Assert.Empty(other.Requests);
    }

    [Fact]
    [Proves("R-22")]
    public async Task Kill_ThousandQueued_NothingStartsAfterwards()
    {
        await using var server = await HookServer.StartAsync(async (context, _) => await Task.Delay(20, context.RequestAborted));
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        var gate = new SendGate();
        for (var i = 0; i < 1000; i++)
        {
            channel.Send(Prompt(gate: gate), observer);
        }

        Assert.True(SpinWait.SpinUntil(() => observer.Count(DeliveryResult.Sent) >= 10, TimeSpan.FromSeconds(10)));
        gate.Close();
        Assert.True(channel.WaitForStartedSends(TimeSpan.FromSeconds(1)));
        var killedAt = Environment.TickCount64;
        observer.WaitFor(1000);

        Assert.Equal(observer.Count(DeliveryResult.Sent), server.Requests.Count);
        Assert.Equal(1000, observer.Count(DeliveryResult.Sent) + observer.Count(DeliveryResult.Withdrawn));
        Assert.True(observer.Count(DeliveryResult.Withdrawn) > 900);
        Assert.All(server.Requests, received => Assert.True(received.AtMs - killedAt < 1000));
    }

    [Fact]
    public async Task Kill_HandoffWaiting_IsHeldBackAndSentWhenReopened()
    {
        await using var server = await HookServer.StartAsync();
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        var gate = new SendGate();
        gate.Close();
        channel.Send(Prompt(gate: gate) with { Kind = DeliveryKind.Handoff }, observer);
        Assert.False(SpinWait.SpinUntil(() => !server.Requests.IsEmpty || observer.Results.Count > 0, TimeSpan.FromMilliseconds(200)));
        gate.Open();
        observer.WaitFor(1);
        Assert.Equal(DeliveryResult.Sent, observer.Results[0].Result);
    }

    [Fact]
    public async Task Send_SlowReceiver_DoesNotHoldUpAnother()
    {
        var release = new TaskCompletionSource();
        await using var slow = await HookServer.StartAsync((_, _) => release.Task);
        await using var fast = await HookServer.StartAsync();
        using var channel = new WebhookChannel(Quick, TimeProvider.System, NullLogger<WebhookChannel>.Instance);
        channel.Use([Endpoint(slow.Url, 1) with { Scenario = new ScenarioKey("slow") }, Endpoint(fast.Url, 2)]);
        var slowObserver = new RecordingObserver();
        var fastObserver = new RecordingObserver();
        for (var i = 0; i < 100; i++)
        {
            channel.Send(Prompt() with { Scenario = new ScenarioKey("slow") }, slowObserver);
            channel.Send(Prompt(), fastObserver);
        }

        fastObserver.WaitFor(100);
        Assert.Equal(100, fastObserver.Count(DeliveryResult.Sent));
        Assert.Equal(0, slowObserver.Count(DeliveryResult.Sent));
        release.SetResult();
    }

    [Fact]
    public async Task Send_QueueFull_AnswersOverloadedAndCountsIt()
    {
        var release = new TaskCompletionSource();
        await using var server = await HookServer.StartAsync((_, _) => release.Task);
        var options = new WebhookOptions { AllowLoopback = true, PromptCapacity = 10, Timeout = TimeSpan.FromSeconds(20) };
        using var channel = Channel(server.Url, options);
        var observer = new RecordingObserver();
        for (var i = 0; i < 25; i++)
        {
            channel.Send(Prompt(), observer);
        }

        observer.WaitFor(15);
        Assert.Equal(15, observer.Count(DeliveryResult.Overloaded));
        Assert.Equal(15, channel.Status[0].Counts.Of(DeliveryResult.Overloaded));
        release.SetResult();
        observer.WaitFor(25);
        Assert.Equal(10, observer.Count(DeliveryResult.Sent));
    }

    [Fact]
    public void Send_ReceiverNeverAnswers_IsCutAtTheTimeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new WebhookOptions { AllowLoopback = true, Timeout = TimeSpan.FromMilliseconds(200) };
        using var channel = Channel(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/hook"), options);
        var observer = new RecordingObserver();
        var watch = Stopwatch.StartNew();
        channel.Send(Prompt(lateAfter: TimeSpan.FromMilliseconds(250)), observer);
        observer.WaitFor(1);
        Assert.Equal(DeliveryResult.Failed, observer.Results[0].Result);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Send_NobodyListens_BreakerOpensAndMendsAgain()
    {
        var answers = 500;
        await using var server = await HookServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = Volatile.Read(ref answers);
            return Task.CompletedTask;
        });
        using var channel = Channel(server.Url);
        var observer = new RecordingObserver();
        for (var i = 0; i < 20; i++)
        {
            channel.Send(Prompt(lateAfter: TimeSpan.FromMilliseconds(400)), observer);
        }

        Assert.True(SpinWait.SpinUntil(() => channel.Status[0].Health == WebhookHealth.Failing, TimeSpan.FromSeconds(10)));
        Assert.NotNull(channel.Status[0].Says);
        observer.WaitFor(20);
        Volatile.Write(ref answers, 200);
        var mended = new RecordingObserver();
        channel.Send(Prompt(lateAfter: TimeSpan.FromSeconds(10)), mended);
        mended.WaitFor(1);
        Assert.Equal(DeliveryResult.Sent, mended.Results[0].Result);
        Assert.Equal(WebhookHealth.Healthy, channel.Status[0].Health);
    }

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:192.168.0.9")]
    [InlineData("fd00:ec2::254")]
    public void Send_NameResolvesToPrivateAddress_IsNeverDialled(string address)
    {
        var asked = new List<string>();
        var wiring = new WebhookWiring
        {
            Resolve = host =>
            {
                asked.Add(host);
                return [IPAddress.Parse("8.8.8.8"), IPAddress.Parse(address)];
            },
        };
        using var channel = new WebhookChannel(new WebhookOptions(), TimeProvider.System, NullLogger<WebhookChannel>.Instance, null, wiring);
        channel.Use([Endpoint(new Uri("https://hooks.example.com/x"), 1, allowLoopback: false)]);
        var observer = new RecordingObserver();
        channel.Send(Prompt(), observer);
        observer.WaitFor(1);
        Assert.Equal(DeliveryResult.Failed, observer.Results[0].Result);
        Assert.Equal("hooks.example.com", Assert.Single(asked));
    }

    [Fact]
    public async Task Send_NameResolvesToLoopback_OnlyWhereAllowed()
    {
        await using var server = await HookServer.StartAsync();
        var wiring = new WebhookWiring { Resolve = _ => [IPAddress.Loopback] };
        foreach (var allow in new[] { false, true })
        {
            using var channel = new WebhookChannel(
                new WebhookOptions { AllowLoopback = allow }, TimeProvider.System, NullLogger<WebhookChannel>.Instance, null, wiring);
            channel.Use([Endpoint(new Uri($"http://localhost:{server.Url.Port}/hook"), 1)]);
            var observer = new RecordingObserver();
            channel.Send(Prompt(), observer);
            observer.WaitFor(1);
            Assert.Equal(allow ? DeliveryResult.Sent : DeliveryResult.Failed, observer.Results[0].Result);
        }

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", true)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nbody until the end", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false)]
    public void Read_Response_KnowsWhetherTheConnectionCanBeKept(string response, bool canReuse)
    {
        var reader = new HttpResponseReader();
        using var stream = new DripStream(Encoding.ASCII.GetBytes(response));
        reader.Read(stream);
        Assert.InRange(reader.Status, 200, 204);
        Assert.Equal(canReuse, reader.CanReuse);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("")]
    public void Read_NoHttp_Throws(string response)
    {
        using var stream = new DripStream(Encoding.ASCII.GetBytes(response));
        Assert.Throws<IOException>(() => new HttpResponseReader().Read(stream));
    }

    [Fact]
    public void Read_HeadWithoutEnd_IsBounded()
    {
        using var stream = new DripStream(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nx: " + new string('a', 100_000)), 4096);
        Assert.Throws<IOException>(() => new HttpResponseReader().Read(stream));
    }

    [Fact]
    public void Backoff_Attempts_DoubleUpToTheCapWithJitter()
    {
        var first = TimeSpan.FromSeconds(1);
        var cap = TimeSpan.FromMinutes(5);
        Assert.Equal(TimeSpan.FromSeconds(0.5), RetryDelay.Backoff(1, first, cap, 0));
        Assert.Equal(TimeSpan.FromSeconds(1), RetryDelay.Backoff(1, first, cap, 1));
        Assert.Equal(TimeSpan.FromSeconds(8), RetryDelay.Backoff(4, first, cap, 1));
        Assert.Equal(cap, RetryDelay.Backoff(1000, first, cap, 1));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData("999999", 3600)]
    [InlineData("Thu, 01 Jan 2026 00:00:30 GMT", 30)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public void Parse_RetryAfter_GivesSecondsOrNothing(string? header, int? seconds) =>
        Assert.Equal(
            seconds is { } s ? TimeSpan.FromSeconds(s) : null,
            RetryDelay.Parse(header, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));

    private static WebhookChannel Channel(Uri url, WebhookOptions? options = null, Action<int, string>? switchOff = null)
    {
        var channel = new WebhookChannel(options ?? Quick, TimeProvider.System, NullLogger<WebhookChannel>.Instance, switchOff);
        channel.Use([Endpoint(url, 1)]);
        return channel;
    }

    private static WebhookEndpoint Endpoint(Uri url, int number, bool allowLoopback = true) =>
        WebhookTarget.TryCreate(url.ToString(), allowLoopback, out var target, out var fault)
            ? new WebhookEndpoint(number, "test", target, Secret)
            : throw new ArgumentException(fault);

    private static DeliveryRequest Prompt(TimeSpan? lateAfter = null, SendGate? gate = null)
    {
        var now = Moment.From(TimeProvider.System.GetUtcNow());
        var id = new Hash128(7, (ulong)Interlocked.Increment(ref _next));
        return new DeliveryRequest(
            new DecisionId(id),
            new VisitorId(id),
            new SessionId(id),
            new ScenarioKey("checkout-failure"),
            ChannelKind.Webhook,
            DeliveryKind.Prompt,
            now,
            now + (lateAfter ?? TimeSpan.FromSeconds(30)),
            Body,
            gate ?? new SendGate());
    }

    /// <summary>Gives its bytes a few at a time, as a slow network does.</summary>
    private sealed class DripStream(byte[] bytes, int atMost = 3) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, atMost));
    }
}
