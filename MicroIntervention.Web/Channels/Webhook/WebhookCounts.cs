using System.Diagnostics.Metrics;
using MicroIntervention.Engine.Delivery;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>What became of the deliveries of one address, since the start. Thread-safe; also on the meter <see cref="MeterName"/>.</summary>
public sealed class WebhookCounts
{
    public const string MeterName = "MicroIntervention.Channels.Webhook";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Ended = Meter.CreateCounter<long>("mi.webhook.deliveries", "{delivery}", "Webhook deliveries by how they ended.");
    private static readonly Counter<long> Tried = Meter.CreateCounter<long>("mi.webhook.retries", "{attempt}", "Attempts after a first one.");

    private static readonly KeyValuePair<string, object?>[] Tags =
        [.. Enum.GetNames<DeliveryResult>().Select(name => new KeyValuePair<string, object?>("result", name))];

    private readonly long[] _ended = new long[Enum.GetValues<DeliveryResult>().Length];
    private long _retries;

    /// <summary>Attempts after a first one.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    public long Of(DeliveryResult result) => Interlocked.Read(ref _ended[(int)result]);

    internal void Add(DeliveryResult result)
    {
        Interlocked.Increment(ref _ended[(int)result]);
        Ended.Add(1, Tags[(int)result]);
    }

    internal void AddRetry()
    {
        Interlocked.Increment(ref _retries);
        Tried.Add(1);
    }
}
