using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Delivery;

/// <summary>A way to reach customers. Implemented outside the engine.</summary>
public interface IChannel
{
    ChannelKind Kind { get; }

    /// <summary>Takes the request at once and never blocks; the result comes to <paramref name="completed"/> exactly once, on any thread.</summary>
    void Send(DeliveryRequest request, IDeliveryObserver completed);
}
