using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Delivery;

/// <summary>Told how each delivery ended.</summary>
public interface IDeliveryObserver
{
    /// <param name="request">What was to be delivered.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="at">When the channel knew. For <see cref="DeliveryResult.Sent"/> on the web: when the bytes were handed to the socket.</param>
    void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at);
}
