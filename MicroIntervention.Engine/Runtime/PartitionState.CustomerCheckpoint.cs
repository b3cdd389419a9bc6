using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <content>Customers and messages as bytes of a checkpoint, and back. Personal facts are read from the log again.</content>
internal sealed partial class PartitionState
{
    private const int MessageBytes = 2 + 4 + 8 + (2 * Hash128.Size);

    /// <summary>Links whose facts must be read again, by the offset that told them.</summary>
    public Dictionary<long, CustomerLink> Undescribed { get; } = [];

    /// <summary>Offsets in this partition that must be read again for names, links, customers and messages.</summary>
    public IEnumerable<long> Wanted => Unnamed.Keys
        .Concat(Undescribed.Keys)
        .Concat(_customers.Values.SelectMany(c => c.Facts).Select(f => f.Offset))
        .Concat(_untold.Where(m => m.Kind == CustomerMessageKind.Described).Select(m => m.Origin.Offset));

    /// <summary>A wanted record, with its payload: not erased.</summary>
    public void Reread(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        var offset = header.Offset;
        if (header.Kind == RecordKind.Internal)
        {
            var message = CustomerMessageCodec.Read(payload);
            if (Undescribed.Remove(offset, out var link))
            {
                link.Take(message.Facts, offset);
            }

            FindCustomer(message.Customer)?.Reread(offset, message.Facts);
            return;
        }

        var signal = RecordCodec.SignalOf(in header);
        var facts = ProfileReader.Read(in signal, payload);
        Describe(m => m.Kind == CustomerMessageKind.Described && m.Origin.Offset == offset, _ => facts);
    }

    /// <summary>Everything wanted has been read. What is still without words was erased.</summary>
    public void EndRereading()
    {
        foreach (var customer in _customers.Values)
        {
            customer.DropErased();
        }

        Describe(m => m.Kind == CustomerMessageKind.Profile, m => FindCustomer(m.Customer)?.Profile() ?? []);
        foreach (var message in _untold)
        {
            Outbox.Remove(message.Origin.Sequence);
        }

        _untold.Clear();
        Undescribed.Clear();
    }

    private void WriteCustomers(CheckpointBuffer to)
    {
        to.Int(_taken.Count);
        foreach (var (partition, sequence) in _taken)
        {
            to.Int(partition);
            to.Long(sequence);
        }

        to.Int(_customers.Count);
        foreach (var customer in _customers.Values)
        {
            LinkCodec.Write(to, customer);
        }

        var messages = Outbox.Messages.ToArray();
        to.Int(messages.Length);
        foreach (var message in messages)
        {
            CustomerMessageCodec.Write(to, message, withFacts: false);
        }
    }

    private void RestoreCustomers(ref CheckpointCursor from)
    {
        for (var left = from.Count(sizeof(int) + sizeof(long)); left > 0; left--)
        {
            _taken[from.Int()] = from.Long();
        }

        for (var left = from.Count(Hash128.Size); left > 0; left--)
        {
            var customer = LinkCodec.ReadCustomer(ref from);
            _customers.Add(customer.Id, customer);
        }

        for (var left = from.Count(MessageBytes); left > 0; left--)
        {
            var message = CustomerMessageCodec.Read(ref from);
            Outbox.Add(message);
            if (message.Kind is CustomerMessageKind.Described or CustomerMessageKind.Profile)
            {
                _untold.Add(message);
            }
        }
    }

    private void Describe(Predicate<CustomerMessage> which, Func<CustomerMessage, System.Collections.Immutable.ImmutableArray<ProfileFact>> facts)
    {
        for (var i = _untold.Count - 1; i >= 0; i--)
        {
            if (which(_untold[i]) && facts(_untold[i]) is { IsEmpty: false } said)
            {
                Outbox.Add(_untold[i] with { Facts = said, Origin = _untold[i].Origin });
                _untold.RemoveAt(i);
            }
        }
    }
}
