using System.Collections.Concurrent;
using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Engine.Runtime;

/// <summary>What a partition told others and is not known to be in their log yet: after a crash it is told again.</summary>
/// <remarks>
/// Filled by the partition's own step, so the same records fill it the same way; nothing of it needs a record of its own. Bounded by what is under way: a message leaves
/// when the record it became is durable. Owned by the partition's shard but for <see cref="Acknowledge"/>, which any thread may call.
/// </remarks>
internal sealed class Outbox
{
    private readonly SortedDictionary<long, CustomerMessage> _messages = [];
    private readonly ConcurrentQueue<long> _acknowledged = new();

    /// <summary>In the order of telling.</summary>
    public IEnumerable<CustomerMessage> Messages
    {
        get
        {
            Settle();
            return _messages.Values;
        }
    }

    public void Add(CustomerMessage message)
    {
        Settle();
        _messages[message.Origin.Sequence] = message;
    }

    /// <summary>The other partition's record is durable.</summary>
    public void Acknowledge(long sequence) => _acknowledged.Enqueue(sequence);

    public void Remove(long sequence) => _messages.Remove(sequence);

    private void Settle()
    {
        while (_acknowledged.TryDequeue(out var sequence))
        {
            _messages.Remove(sequence);
        }
    }
}
