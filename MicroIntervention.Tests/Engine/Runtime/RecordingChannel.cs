using System.Collections.Concurrent;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>A channel that takes everything at once and remembers it.</summary>
internal sealed class RecordingChannel(TimeProvider time, ChannelKind kind = ChannelKind.Web) : IChannel
{
    public ChannelKind Kind => kind;

    public ConcurrentQueue<DeliveryRequest> Sent { get; } = new();

    public void Send(DeliveryRequest request, IDeliveryObserver completed)
    {
        Sent.Enqueue(request);
        completed.OnDelivered(request, DeliveryResult.Sent, Moment.From(time.GetUtcNow()));
    }
}
