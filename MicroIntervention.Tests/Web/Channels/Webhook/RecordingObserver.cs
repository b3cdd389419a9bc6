using System.Collections.Concurrent;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Tests.Web.Channels.Webhook;

/// <summary>Keeps every result and lets a test wait for a number of them.</summary>
internal sealed class RecordingObserver : IDeliveryObserver
{
    private readonly ConcurrentQueue<(DeliveryRequest Request, DeliveryResult Result)> _results = new();

    public IReadOnlyList<(DeliveryRequest Request, DeliveryResult Result)> Results => [.. _results];

    public int Count(DeliveryResult result) => _results.Count(one => one.Result == result);

    public void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at) => _results.Enqueue((request, result));

    /// <summary>Waits until so many deliveries have ended, at most 20 s.</summary>
    public void WaitFor(int count) =>
        Assert.True(SpinWait.SpinUntil(() => _results.Count >= count, TimeSpan.FromSeconds(20)), $"{_results.Count} of {count} deliveries ended");
}
