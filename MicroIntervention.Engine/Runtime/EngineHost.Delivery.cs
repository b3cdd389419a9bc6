using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <content>After the commit: prompts on their way, what became of them, and who is told.</content>
public sealed partial class EngineHost
{
    private readonly LatencyHistogram _signalToSent = new();
    private IEngineObserver[] _observers = [];

    /// <summary>Adds an observer. Before <see cref="Start"/>.</summary>
    public void Observe(IEngineObserver observer) => _observers = [.. _observers, observer];

    public void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at)
    {
        Counters.AddDelivery(result);
        if (request.Kind == DeliveryKind.Prompt)
        {
            Note(new DeliveryNote(request.Id, request.Visitor, (DeliveryNoteKind)result, at));
        }
        else if (result == DeliveryResult.Sent)
        {
            // Any other end of a handoff is not its end: the next start tries again.
            Note(new DeliveryNote(request.Id, request.Visitor, DeliveryNoteKind.HandoffSent, at));
        }

        if (result == DeliveryResult.Sent && request.Kind == DeliveryKind.Prompt)
        {
            _signalToSent.Record(at - request.ReceivedAt);
        }

        foreach (var observer in _observers)
        {
            observer.OnDelivered(request, result, at);
        }
    }

    /// <summary>Keeps in the log what became of a prompt or handoff. On the event clock, whose channels are none, nothing is kept.</summary>
    public void Note(in DeliveryNote note)
    {
        if (Options.Clock == EngineClock.Wall)
        {
            _shards[PartitionOf(note.Visitor) % _shards.Length].Note(in note);
        }
    }

    /// <summary>Prompts that were decided in a former life and of which the log does not say what became: sent now while they are in time, as they were sent or would have been, else they end as expired.</summary>
    /// <remarks>
    /// After <see cref="Recover"/> and before <see cref="Start"/>. Same id, same bytes: the event that caused one is read from the log again, and its time runs from that event's receipt.
    /// Only a customer who has said another name since is called by that one, and the reasons are left out when the plan has changed since.
    /// </remarks>
    public void Resume(IReadOnlyCollection<Decision.Intervene> decisions, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        var causes = new CauseReader(decisions.Where(d => Now < d.Facts.At + Options.PromptBudget));
        if (causes.Wanted.Count > 0)
        {
            Log.ReadAt(causes.Wanted, causes, cancellation);
        }

        foreach (var decision in decisions)
        {
            Resume(decision, causes);
        }
    }

    /// <summary>Sends outside of a decision: a handoff bundle.</summary>
    public void Send(DeliveryRequest request) => new Dispatch([request], _channels, this).Next();

    internal void OnCommitted(ShardBatch batch)
    {
        if (_stalled is not null)
        {
            _stalled = null;
            Tell(o => o.OnStalled(null));
        }

        // Sending first: every microsecond before it is the customer's.
        foreach (var prompts in batch.Prompts)
        {
            new Dispatch(prompts, _channels, this).Next();
        }

        if (batch.Messages.Count + batch.Received.Count > 0)
        {
            Pass(batch);
        }

        Counters.AddSignals(batch.Signals, batch.Late, batch.Duplicates);
        foreach (var decision in batch.Decisions)
        {
            Counters.AddDecision(decision.Reason);
            foreach (var observer in _observers)
            {
                observer.OnDecision(decision);
            }
        }

        if (_observers.Length > 0)
        {
            foreach (ref readonly var header in batch.Log.Headers)
            {
                if (header.SignalKind >= SignalKind.Shown)
                {
                    foreach (var observer in _observers)
                    {
                        observer.OnReport(in header, batch.Log.PayloadOf(in header));
                    }
                }
            }
        }
    }

    internal void OnStalled(Exception cause)
    {
        _stalled = cause.Message;
        foreach (var shard in _shards)
        {
            // Whoever stands behind the stalled batches hears it as soon as they do.
            shard.Queue.TellStalled();
        }

        Tell(o => o.OnStalled(cause));
    }

    private void Resume(Decision.Intervene decision, CauseReader causes)
    {
        var facts = decision.Facts;
        var partition = _partitions[PartitionOf(facts.Visitor)];
        var visitor = partition.Find(facts.Visitor);
        var (receivedAt, cause) = causes.Of(facts);
        var requests = Composer?.Compose(decision, PersonOf(partition, visitor, facts.Visitor), cause, receivedAt, receivedAt + Options.PromptBudget) ?? [];
        if (requests.Length == 0)
        {
            Note(new DeliveryNote(facts.Id, facts.Visitor, DeliveryNoteKind.Expired, Now));
        }
        else if (Now >= requests[0].ExpiresAt)
        {
            OnDelivered(requests[0], DeliveryResult.Expired, Now);
        }
        else
        {
            new Dispatch(requests, _channels, this).Next();
        }
    }

    private void Tell(Action<IEngineObserver> what)
    {
        foreach (var observer in _observers)
        {
            what(observer);
        }
    }
}
