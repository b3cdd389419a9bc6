using MicroIntervention.Engine.Delivery;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>One request on its way through an address' queue.</summary>
internal sealed class WebhookJob(DeliveryRequest request, IDeliveryObserver observer)
{
    private bool _isErased;

    public DeliveryRequest Request { get; } = request;

    public IDeliveryObserver Observer { get; } = observer;

    /// <summary>The webhook-id: the decision's, the same at every attempt. A handoff has its own, or a receiver that saw the prompt would drop it as a repeat.</summary>
    public string MessageId { get; } = request.Kind == DeliveryKind.Handoff ? request.Id + "-handoff" : request.Id.ToString();

    /// <summary>Attempts that reached for the receiver.</summary>
    public int Attempts { get; set; }

    /// <summary>Not before this, on <see cref="Environment.TickCount64"/>.</summary>
    public long DueMs { get; set; }

    /// <summary>The visitor was erased while a sender had the job in hand: no further attempt starts.</summary>
    public bool IsErased
    {
        get => Volatile.Read(ref _isErased);
        set => Volatile.Write(ref _isErased, value);
    }

    /// <summary>False once nothing of it may go out: switched off, or the visitor erased.</summary>
    public bool MayGo => Request.Control.IsOpen && !IsErased;

    public bool IsPrompt => Request.Kind == DeliveryKind.Prompt;
}
