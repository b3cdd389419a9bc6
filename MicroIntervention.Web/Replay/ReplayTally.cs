using System.Collections.Concurrent;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Replay;

/// <summary>Keeps every decision of a replay.</summary>
internal sealed class ReplayTally : IEngineObserver
{
    private readonly ConcurrentQueue<Decision> _decisions = new();

    public IReadOnlyCollection<Decision> Decisions => _decisions;

    public void OnDecision(Decision decision) => _decisions.Enqueue(decision);

    public void OnReport(in RecordHeader report, ReadOnlySpan<byte> payload)
    {
        // A file holds no reports about prompts.
    }

    public void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at)
    {
        // A replay has no receivers.
    }

    public void OnStalled(Exception? cause)
    {
        // The sender sees it in its answers.
    }
}
