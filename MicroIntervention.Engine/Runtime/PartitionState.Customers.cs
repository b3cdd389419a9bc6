using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <content>Customers whose home this partition is, and what it tells and is told of customers.</content>
internal sealed partial class PartitionState
{
    private readonly Dictionary<VisitorId, CustomerState> _customers = [];
    private readonly SortedDictionary<int, long> _taken = [];
    private readonly List<CustomerMessage> _untold = [];
    private long _sequence = -1;

    /// <summary>What others may not have yet.</summary>
    public Outbox Outbox { get; } = new();

    /// <summary>Customers at home here.</summary>
    public int Customers => _customers.Count;

    public CustomerState? FindCustomer(VisitorId customer) => _customers.GetValueOrDefault(customer);

    /// <summary>False for what this partition has taken before: it was told again after a crash.</summary>
    public bool IsNew(CustomerMessage message) =>
        message.Origin.Partition < 0 || !_taken.TryGetValue(message.Origin.Partition, out var taken) || message.Origin.Sequence > taken;

    /// <summary>Takes an internal record at the next offset. Timers that come before it fire first.</summary>
    public void Take(CustomerMessage message, Moment at, ref StepOutput output, IStepSink sink)
    {
        Advance(at, ref output, sink);
        output.Begin(Plan);
        if (message.Origin.Partition >= 0)
        {
            _taken[message.Origin.Partition] = message.Origin.Sequence;
        }

        if (message.IsForCustomer)
        {
            if (!_customers.TryGetValue(message.Customer, out var customer))
            {
                customer = new CustomerState(message.Customer);
                _customers.Add(customer.Id, customer);
            }

            CustomerStep.Take(customer, message, at, NextOffset, output.Messages);
        }
        else
        {
            LinkStep.Take(GetOrAdd(message.Visitor), message, at, NextOffset, output.Messages);
        }

        Tell(ref output, NextOffset, sink);
    }

    /// <summary>Header of an internal record; takes the next offset.</summary>
    public RecordHeader Record(CustomerMessage message, Moment at, Moment receivedAt) => Record(RecordKind.Internal, at, receivedAt) with
    {
        Visitor = message.Target,
        SourceTime = message.At,
        ZoneOffsetMinutes = Signal.UnknownZone,
    };

    /// <summary>Tells the home partition what the signal just applied says of the customer, if its source may say so.</summary>
    /// <param name="visitor">The signal's visitor.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="raw">Its JSON.</param>
    /// <param name="at">Of its record.</param>
    public void Describe(VisitorState visitor, in Signal signal, ReadOnlySpan<byte> raw, Moment at, ref StepOutput output, IStepSink sink)
    {
        if (visitor.Link is not { } link || !ProfileReader.MaySay(in signal, raw) || !IsAbout(link.Customer, raw))
        {
            return;
        }

        output.Messages.Clear();
        LinkStep.Describe(visitor, ProfileReader.Read(in signal, raw), at, output.Messages);
        Tell(ref output, NextOffset - 1, sink);
    }

    /// <summary>Drops what is personal of a visitor, and of the customer with this id.</summary>
    public void Forget(VisitorId id)
    {
        if (_visitors.Find(id) is { } visitor)
        {
            visitor.DisplayName = null;
            visitor.Link?.Forget();
        }

        FindCustomer(id)?.Forget();
    }

    /// <summary>Messages that must be told again: those that the other partitions' logs do not hold.</summary>
    /// <param name="takenBy">Whether the partition they are for has taken one.</param>
    public List<CustomerMessage> Untold(Func<CustomerMessage, bool> takenBy)
    {
        var untold = new List<CustomerMessage>();
        foreach (var message in Outbox.Messages.ToArray())
        {
            if (takenBy(message))
            {
                Outbox.Remove(message.Origin.Sequence);
            }
            else
            {
                untold.Add(message);
            }
        }

        return untold;
    }

    private bool IsAbout(VisitorId customer, ReadOnlySpan<byte> raw) =>
        SignalText.Read(raw, "userId") is not { } user || new VisitorId(Plan.Hash.Of(HashDomain.Visitor, "u:" + user)) == customer;

    private void Tell(ref StepOutput output, long offset, IStepSink sink)
    {
        foreach (var message in output.Messages)
        {
            _sequence = Math.Max(_sequence + 1, offset << MessageOrigin.OffsetShift);
            message.Origin = new MessageOrigin(Index, _sequence);
            Outbox.Add(message);
            sink.OnMessage(message);
        }
    }
}
