using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <content>What partitions tell each other of customers, and what people of the team say of them.</content>
public sealed partial class EngineHost
{
    private long _messagesUnderWay;

    /// <summary>Messages between partitions whose record is not durable yet. Zero: every customer's caps are exact on every device.</summary>
    public long MessagesUnderWay => Volatile.Read(ref _messagesUnderWay);

    /// <summary>Says that a visitor is this customer; completes when it is durable. The customer's other visitors know it within milliseconds of that.</summary>
    /// <param name="visitor">The visitor.</param>
    /// <param name="customer">Keyed hash of the customer's user id.</param>
    /// <exception cref="InvalidOperationException">The engine runs on an event clock, which links nobody, or is stopping.</exception>
    public Task MergeAsync(VisitorId visitor, VisitorId customer) => SayAsync(CustomerMessageKind.Merge, visitor, customer);

    /// <summary>Says that a visitor is not this customer; nothing when it is not taken for that one. Completes when it is durable.</summary>
    /// <param name="visitor">The visitor.</param>
    /// <param name="customer">Keyed hash of the customer's user id.</param>
    /// <exception cref="InvalidOperationException">The engine runs on an event clock, which links nobody, or is stopping.</exception>
    public Task UnmergeAsync(VisitorId visitor, VisitorId customer) => SayAsync(CustomerMessageKind.Unmerge, visitor, customer);

    /// <summary>What a prompt's text may say of the person it is for, and whose screen it is for.</summary>
    /// <param name="partition">The visitor's.</param>
    /// <param name="visitor">Null when it is forgotten.</param>
    /// <param name="id">The visitor.</param>
    internal static Addressee PersonOf(PartitionState partition, VisitorState? visitor, VisitorId id)
    {
        if (visitor?.Link is not { } link)
        {
            return new Addressee(id, visitor?.DisplayName, []);
        }

        // A server's event about a customer has no screen of its own: the customer's visitor who was here last has one.
        var screen = link.Customer == id ? partition.FindCustomer(id)?.MostRecent() ?? id : id;
        return new Addressee(screen, visitor.DisplayName, link.Facts);
    }

    /// <summary>After the commit, on its thread: messages of one partition reach another in the order in which they were told.</summary>
    private void Pass(ShardBatch batch)
    {
        foreach (var origin in batch.Received)
        {
            _partitions[origin.Partition].Outbox.Acknowledge(origin.Sequence);
        }

        Interlocked.Add(ref _messagesUnderWay, batch.Messages.Count - batch.Received.Count);
        Pass(batch.Messages);
    }

    private void Pass(List<CustomerMessage> messages)
    {
        if (messages.Count == 0)
        {
            return;
        }

        var perShard = new List<CustomerMessage>?[_shards.Length];
        foreach (var message in messages)
        {
            (perShard[PartitionOf(message.Target) % _shards.Length] ??= []).Add(message);
        }

        for (var s = 0; s < perShard.Length; s++)
        {
            if (perShard[s] is { } forShard)
            {
                _shards[s].Queue.Enqueue(new ShardWork(null, 0, null, null, forShard));
            }
        }
    }

    /// <summary>Tells again what a crash kept from another partition's log. After recovery, before the shards run.</summary>
    private void PassUntold()
    {
        foreach (var partition in _partitions)
        {
            var untold = partition.Untold(m => !_partitions[PartitionOf(m.Target)].IsNew(m));
            _messagesUnderWay += untold.Count;
            Pass(untold);
        }
    }

    private Task SayAsync(CustomerMessageKind kind, VisitorId visitor, VisitorId customer)
    {
        if (Options.Clock != EngineClock.Wall)
        {
            throw new InvalidOperationException("On an event clock visitors are not linked to customers: a replay must not depend on the order in which partitions are served.");
        }

        var work = new ControlWork([], 1, null) { Message = new CustomerMessage(kind, visitor, customer, Now) };
        lock (_controlGate)
        {
            if (_isStopped)
            {
                throw new InvalidOperationException("The engine is stopping; nothing can be changed any more.");
            }

            _controls.RemoveAll(c => c.Durable.IsCompleted);
            _controls.Add(work);
            _shards[PartitionOf(visitor) % _shards.Length].Queue.Enqueue(new ShardWork(null, 0, work));
        }

        return work.Durable;
    }
}
