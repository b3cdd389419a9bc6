using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Sends one signed test to an address, over a connection of its own, and remembers how it ended.</summary>
/// <remarks>
/// Thread-safe. One attempt, no retry. Its body is <c>{"type":"webhook.test",…}</c> and holds nothing about any customer; the kill switch
/// does not hold it back, for it is no prompt. What it remembers lives in memory.
/// </remarks>
internal sealed class WebhookTester(WebhookStore store, WebhookOptions options, TimeProvider time, WebhookWiring? wiring = null)
{
    private static readonly SendGate Open = new();

    private readonly WebhookWiring _wiring = wiring ?? new WebhookWiring();
    private readonly ConcurrentDictionary<int, WebhookTest> _latest = new();

    /// <summary>The latest test of an address since the server started; null when there was none.</summary>
    public WebhookTest? LatestOf(int number) => _latest.GetValueOrDefault(number);

    /// <summary>Sends a test; completes when the receiver has answered or the attempt's time is over.</summary>
    /// <returns>Null when the address is not on the list, is switched off or cannot be used.</returns>
    public async Task<WebhookTest?> SendAsync(int number, CancellationToken cancel = default)
    {
        var endpoint = (await store.LoadAsync(cancel)).FirstOrDefault(candidate => candidate.Number == number);
        if (endpoint is null)
        {
            return null;
        }

        var test = await Task.Run(() => Send(endpoint), cancel);
        _latest[number] = test;
        return test;
    }

    private WebhookTest Send(WebhookEndpoint endpoint)
    {
        var now = time.GetUtcNow();
        var id = new DecisionId(new Hash128(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8))));
        var body = $$"""{"type":"webhook.test","version":1,"sentAt":"{{now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}}","text":"A test by an admin of MicroIntervention. It is about no customer; answer 2xx."}""";
        var request = new DeliveryRequest(
            id, default, default, new ScenarioKey("webhook-test"), ChannelKind.Webhook, DeliveryKind.Handoff, Moment.From(now), Moment.From(now + TimeSpan.FromMinutes(1)), Encoding.UTF8.GetBytes(body), Open);
        using var sender = new WebhookSender(endpoint, options, time, _wiring);
        using var watch = new Timer(_ => sender.AbortIfOverdue(Environment.TickCount64), null, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50));
        var started = time.GetTimestamp();
        var attempt = sender.Try(new WebhookJob(request, Nobody.Instance));
        return new WebhookTest(now, attempt.End == AttemptEnd.Delivered, Say(attempt), time.GetElapsedTime(started));
    }

    private string Say(in Attempt attempt) => attempt.End switch
    {
        AttemptEnd.Delivered => string.Create(CultureInfo.InvariantCulture, $"The receiver answered {attempt.Status}."),
        AttemptEnd.Gone => "The receiver answered 410: it wants no more webhooks. Real deliveries would switch this address off.",
        AttemptEnd.Refused when attempt.Status is 401 or 403 => string.Create(CultureInfo.InvariantCulture, $"The receiver answered {attempt.Status}: check that it verifies with this address' signing secret."),
        AttemptEnd.Refused when attempt.Status is >= 300 and < 400 => string.Create(CultureInfo.InvariantCulture, $"The receiver answered {attempt.Status}, a redirect, which is not followed: allow the address it leads to."),
        AttemptEnd.Refused => string.Create(CultureInfo.InvariantCulture, $"The receiver answered {attempt.Status}: check path and method (POST) there."),
        AttemptEnd.Busy => string.Create(CultureInfo.InvariantCulture, $"The receiver answered {attempt.Status}: it has a fault or is overloaded; its own log says more."),
        AttemptEnd.Unreachable => "Nobody answered: check the name, the port, the firewall and, with https, the certificate.",
        AttemptEnd.TimedOut => string.Create(CultureInfo.InvariantCulture, $"No answer within {options.Timeout.TotalSeconds:0.#} s: the receiver should answer first and work afterwards."),
        AttemptEnd.AddressRefused => "The name leads to a private or reserved network; webhooks go to public addresses only.",
        AttemptEnd.Broken or AttemptEnd.GateClosed or AttemptEnd.Late => "Nothing was sent; try again.",
        _ => throw new InvalidOperationException($"No such end: {attempt.End}."),
    };

    private sealed class Nobody : IDeliveryObserver
    {
        public static readonly Nobody Instance = new();

        public void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at)
        {
        }
    }
}
