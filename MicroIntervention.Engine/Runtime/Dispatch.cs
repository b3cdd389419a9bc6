using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>One prompt on its way through the channels of its pack: the next is tried when one has no receiver.</summary>
internal sealed class Dispatch(DeliveryRequest[] requests, Dictionary<ChannelKind, IChannel> channels, EngineHost host) : IDeliveryObserver
{
    private int _next;

    public void Next()
    {
        var request = requests[_next++];
        if (!request.Control.IsOpen)
        {
            host.OnDelivered(request, DeliveryResult.Withdrawn, host.Now);
        }
        else if (channels.TryGetValue(request.Channel, out var channel))
        {
            channel.Send(request, this);
        }
        else
        {
            OnDelivered(request, DeliveryResult.NoReceiver, host.Now);
        }
    }

    public void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at)
    {
        if (result == DeliveryResult.NoReceiver && _next < requests.Length)
        {
            Next();
        }
        else
        {
            host.OnDelivered(request, result, at);
        }
    }
}
