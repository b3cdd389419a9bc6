using System.Collections.Concurrent;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>A web channel that takes everything at once and remembers it.</summary>
internal sealed class RecordingChannel(TimeProvider time) : IChannel
{
    public ChannelKind Kind => ChannelKind.Web;

    public ConcurrentQueue<DeliveryRequest> Sent { get; } = new();

    public void Send(DeliveryRequest request, IDeliveryObserver completed)
    {
        Sent.Enqueue(request);
        completed.OnDelivered(request, DeliveryResult.Sent, Moment.From(time.GetUtcNow()));
    }
}
