using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Channels.Webhook;

namespace MicroIntervention.Bench.Delivery;

/// <summary>From handing a prompt to the channel until the receiver has it, and until we know: our channel beside the framework's HTTP client, in turns, in one run.</summary>
/// <remarks>
/// Open loop with Poisson gaps. Sender and receiver share the machine and the process. Every variant signs its requests.
/// Latency counts from the moment the call was due, so that a sender that falls behind cannot hide it.
/// </remarks>
internal static class WebhookRoundTrip
{
    private const double PerSecond = 500;
    private const int WarmCalls = 1_500;
    private const int Calls = 5_000;
    private const int Rounds = 3;
    private const int FloodCalls = 20_000;

    private static readonly WebhookSecret Secret = WebhookSecret.Create();
    private static readonly string Filler = new('x', 600);

    private delegate void Sending(int call, byte[] body, Action<int> done);

    public static void Run()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"webhook round trip, {PerSecond:0}/s, {Calls:N0} calls a round after {WarmCalls:N0} to warm, bodies of about 650 bytes"));
        Console.WriteLine("variant                         to receiver ms p50 / p99 / p99.9 / max     to result ms p50 / p99 / p99.9       CPU µs a call");
        for (var round = 0; round < Rounds; round++)
        {
            OneVariant("own channel", url => Channel(url));
            OneVariant("HttpClient.Send, own threads", url => Threads(url));
            OneVariant("HttpClient.SendAsync, pool", url => Pool(url));
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"as fast as possible, {FloodCalls:N0} calls"));
        OneFlood("own channel", url => Channel(url));
        OneFlood("HttpClient.Send, own threads", url => Threads(url));
        OneFlood("HttpClient.SendAsync, pool", url => Pool(url));
    }

    private static void OneVariant(string name, Func<Uri, (Sending Send, IDisposable Owner)> create)
    {
        using var sink = new WebhookSink(WarmCalls + Calls);
        var (send, owner) = create(sink.Url);
        using var _ = owner;
        var due = new long[WarmCalls + Calls];
        var known = new long[WarmCalls + Calls];
        var random = new Random(42);
        var at = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10);
        var cpu = TimeSpan.Zero;
        for (var call = 0; call < due.Length; call++)
        {
            if (call == WarmCalls)
            {
                cpu = Process.GetCurrentProcess().TotalProcessorTime;
            }

            due[call] = at;
            WaitUntil(at);
            send(call, Body(call), done => known[done] = Stopwatch.GetTimestamp());
            at += (long)(-Math.Log(1 - random.NextDouble()) / PerSecond * Stopwatch.Frequency);
        }

        SpinWait.SpinUntil(() => sink.Arrived == due.Length && Array.TrueForAll(known, ticks => ticks != 0), TimeSpan.FromSeconds(10));
        var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var there = Sorted(call => sink.ArrivedAt(call) - due[call]);
        var told = Sorted(call => known[call] - due[call]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-32}{At(there, .5),8:0.000} / {At(there, .99):0.000} / {At(there, .999):0.000} / {there[^1]:0.000}{At(told, .5),18:0.000} / {At(told, .99):0.000} / {At(told, .999):0.000}{used.TotalMicroseconds / Calls,18:0}"));

        static double[] Sorted(Func<int, long> ticks)
        {
            var values = new double[Calls];
            for (var i = 0; i < Calls; i++)
            {
                values[i] = ticks(WarmCalls + i) * 1000.0 / Stopwatch.Frequency;
            }

            Array.Sort(values);
            return values;
        }
    }

    private static void OneFlood(string name, Func<Uri, (Sending Send, IDisposable Owner)> create)
    {
        using var sink = new WebhookSink(FloodCalls);
        var (send, owner) = create(sink.Url);
        using var _ = owner;
        var finished = 0;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        for (var call = 0; call < FloodCalls; call++)
        {
            // Half a queue at most, so that nothing is refused as overload.
            while (call - Volatile.Read(ref finished) > 5_000)
            {
                Thread.Sleep(1);
            }

            send(call, Body(call), _ => Interlocked.Increment(ref finished));
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref finished) == FloodCalls, TimeSpan.FromSeconds(60));
        var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-32}{FloodCalls / watch.Elapsed.TotalSeconds,10:0} calls/s, {used.TotalMicroseconds / FloodCalls:0} µs CPU a call with its receiver, {sink.Arrived:N0} arrived"));
    }

    private static (Sending Send, IDisposable Owner) Channel(Uri url)
    {
        if (!WebhookTarget.TryCreate(url.ToString(), allowLoopback: true, out var target, out var fault))
        {
            throw new InvalidOperationException(fault);
        }

        var channel = new WebhookChannel(new WebhookOptions { AllowLoopback = true }, TimeProvider.System, NullLogger<WebhookChannel>.Instance);
        channel.Use([new WebhookEndpoint(1, "bench", target, Secret)]);
        var gate = new SendGate();
        return ((call, body, done) =>
        {
            var now = Moment.From(TimeProvider.System.GetUtcNow());
            var id = new Hash128(1, (ulong)call);
            var request = new DeliveryRequest(
                new DecisionId(id), new VisitorId(id), new SessionId(id), new ScenarioKey("bench"), ChannelKind.Webhook, DeliveryKind.Prompt, now, now + TimeSpan.FromSeconds(30), body, gate);
            channel.Send(request, new Observer(call, done));
        }, channel);
    }

    private static (Sending Send, IDisposable Owner) Threads(Uri url)
    {
        var client = Client();
        var queue = new BlockingCollection<(int Call, byte[] Body, Action<int> Done)>();
        for (var i = 0; i < 2; i++)
        {
            new Thread(() =>
            {
                foreach (var (call, body, done) in queue.GetConsumingEnumerable())
                {
                    using var request = Request(url, call, body);
                    using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
                    done(call);
                }
            })
            { IsBackground = true }.Start();
        }

        return ((call, body, done) => queue.Add((call, body, done)), new Stop(queue.CompleteAdding));
    }

    private static (Sending Send, IDisposable Owner) Pool(Uri url)
    {
        var client = Client();
        return ((call, body, done) => _ = SendAsync(call, body, done), client);

        async Task SendAsync(int call, byte[] body, Action<int> done)
        {
            using var request = Request(url, call, body);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            done(call);
        }
    }

    private static HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        MaxConnectionsPerServer = 16,
        ActivityHeadersPropagator = null,
    });

    private static HttpRequestMessage Request(Uri url, int call, byte[] body)
    {
        var id = new Hash128(1, (ulong)call).ToString();
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation(WebhookSignature.IdHeader, id);
        request.Headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, WebhookSignature.Sign(Secret, id, seconds, body));
        return request;
    }

    private static byte[] Body(int call) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"n\":\"{call:x8}\",\"text\":\"{Filler}\"}}"));

    private static void WaitUntil(long ticks)
    {
        while (ticks - Stopwatch.GetTimestamp() is var left and > 0)
        {
            if (left > Stopwatch.Frequency / 500)
            {
                Thread.Sleep(1);
            }
            else
            {
                Thread.SpinWait(20);
            }
        }
    }

    private static double At(double[] sorted, double quantile) => sorted[Math.Min(sorted.Length - 1, (int)(quantile * sorted.Length))];

    private sealed class Observer(int call, Action<int> done) : IDeliveryObserver
    {
        public void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at) => done(call);
    }

    private sealed class Stop(Action stop) : IDisposable
    {
        public void Dispose() => stop();
    }
}
