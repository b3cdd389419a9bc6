using System.Net;

namespace MicroIntervention.Bench.Proofs;

/// <summary>A customer's server under load: sends batches and single events with known messageIds, and the same again until each is acknowledged, whatever happens to the server.</summary>
/// <remarks>Its randomness comes from the seed alone. <see cref="Acknowledged"/> is complete when <see cref="RunAsync"/> has ended.</remarks>
internal sealed class RetryingSender(Uri url, string key, string name, int seed)
{
    private const int LargestBatch = 40;
    private static readonly string[] Names = ["Payment Declined", "Payment Declined", "Payment Declined", "Rage Clicked", "Product Viewed"];

    private readonly Random _random = new(seed);
    private int _messages;
    private int _visitors;

    /// <summary>messageIds that a 200 was received for.</summary>
    public List<string> Acknowledged { get; } = [];

    /// <summary>Requests that had to be sent more than once.</summary>
    public int Retried { get; private set; }

    /// <summary>Answers that were neither 200 nor a request to send again.</summary>
    public int Refused { get; private set; }

    /// <summary>Sends until told to stop; the request in hand is finished, with all its retries.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var client = new DoorClient(url, key);
        while (!stop.IsCancellationRequested)
        {
            var ids = new List<string>();
            var events = new List<string>();
            for (var left = _random.Next(3) == 0 ? 1 : _random.Next(2, LargestBatch); left > 0; left--)
            {
                // A new visitor every few events, so that many cross their threshold.
                _visitors += _random.Next(4) == 0 ? 1 : 0;
                ids.Add($"{name}-{_messages++}");
                events.Add(DoorClient.Event(ids[^1], $"{name}-{_visitors}", Names[_random.Next(Names.Length)]));
            }

            await SendAsync(client, events);
            Acknowledged.AddRange(ids);
        }
    }

    private async Task SendAsync(DoorClient client, List<string> events)
    {
        for (var attempt = 0; ; attempt++)
        {
            var status = await client.SendAsync(events);
            if (status == HttpStatusCode.OK)
            {
                Retried += attempt > 0 ? 1 : 0;
                return;
            }

            if (status is not (null or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage))
            {
                Refused++;
            }

            await Task.Delay(50);
        }
    }
}
