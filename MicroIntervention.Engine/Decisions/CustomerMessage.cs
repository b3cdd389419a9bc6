using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>What one partition tells another of a customer: the content of an internal record.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Visitor">The visitor it comes from, or is for.</param>
/// <param name="Customer">Keyed hash of the customer's user id.</param>
/// <param name="At">On the clock of the partition that sent it.</param>
public sealed record CustomerMessage(CustomerMessageKind Kind, VisitorId Visitor, VisitorId Customer, Moment At)
{
    /// <summary>Of the customer, or of the visitor that joins.</summary>
    public CustomerWishes Wishes { get; init; }

    /// <summary>Only of <see cref="CustomerMessageKind.Wished"/>: what was wished.</summary>
    public SignalKind Wish { get; init; }

    /// <summary>Oldest first.</summary>
    public ImmutableArray<Prompt> Prompts { get; init; } = [];

    /// <summary>Personal data; empty where the message carries none.</summary>
    public ImmutableArray<ProfileFact> Facts { get; init; } = [];

    /// <summary>Where it comes from.</summary>
    public MessageOrigin Origin { get; internal set; } = MessageOrigin.Outside;

    /// <summary>True for what goes to the customer's home partition.</summary>
    public bool IsForCustomer => Kind <= CustomerMessageKind.Described;

    /// <summary>Whose partition takes it, and under whose key it lies in the log.</summary>
    public VisitorId Target => IsForCustomer ? Customer : Visitor;
}

/// <summary>Place of a message among those of its partition.</summary>
/// <param name="Partition">Which partition sent it; −1 for a person of the team.</param>
/// <param name="Sequence">Rises within the partition: the offset of the record that caused it × 2^20, and its number among that record's messages.</param>
public readonly record struct MessageOrigin(int Partition, long Sequence)
{
    /// <summary>Bits of a sequence below the offset.</summary>
    public const int OffsetShift = 20;

    public static MessageOrigin Outside { get; } = new(-1, 0);

    /// <summary>Offset of the record that caused it.</summary>
    public long Offset => Sequence >> OffsetShift;
}
