using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Streams;

/// <summary>A prompt on its way to a visitor, or kept for a stream that resumes. Its result is told exactly once.</summary>
internal sealed class HeldPrompt(DeliveryRequest request, IDeliveryObserver observer)
{
    private int _isTold;

    public DeliveryRequest Request { get; } = request;

    /// <summary>True once the observer knows how it ended.</summary>
    public bool IsTold => Volatile.Read(ref _isTold) != 0;

    /// <summary>Why it must not be written now; null when it may. Look at it inside the stream's lock, so that a withdraw comes after it and never before.</summary>
    public DeliveryResult? Obstacle(Moment now) =>
        !Request.Control.IsOpen ? DeliveryResult.Withdrawn :
        now >= Request.ExpiresAt ? DeliveryResult.Expired :
        null;

    /// <returns>True for the call that told it.</returns>
    public bool Tell(DeliveryResult result, Moment at)
    {
        if (Interlocked.Exchange(ref _isTold, 1) != 0)
        {
            return false;
        }

        observer.OnDelivered(Request, result, at);
        return true;
    }
}
