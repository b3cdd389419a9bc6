using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>What a visitor knows of the customer it belongs to, as told by the customer's home partition.</summary>
/// <remarks>Owned by the visitor's shard. Exact once the internal record has arrived.</remarks>
public sealed class CustomerLink(VisitorId customer, Moment since, CustomerWishes wishes)
{
    /// <summary>Keyed hash of the user id.</summary>
    public VisitorId Customer { get; } = customer;

    /// <summary>When the link was made.</summary>
    public Moment Since { get; } = since;

    /// <summary>The customer's wishes; until they have arrived, the visitor's own.</summary>
    public CustomerWishes Wishes { get; internal set; } = wishes;

    /// <summary>Prompts to the customer's other visitors; null when there are none.</summary>
    public PromptLedger? Elsewhere { get; private set; }

    /// <summary>Verified facts about the customer; empty when none are known or they were erased.</summary>
    public ImmutableArray<ProfileFact> Facts { get; private set; } = [];

    /// <summary>Offset of the record that told <see cref="Facts"/>; <see cref="VisitorState.NoName"/> for none.</summary>
    internal long FactsAt { get; private set; } = VisitorState.NoName;

    /// <summary>The prompts as they came, for a checkpoint.</summary>
    internal ImmutableArray<Prompt> Prompts { get; private set; } = [];

    /// <summary>Takes the whole of the others' prompts.</summary>
    internal void Take(ImmutableArray<Prompt> prompts)
    {
        Prompts = prompts;
        Elsewhere = prompts.IsEmpty ? null : PromptLedger.Of(prompts);
    }

    internal void Take(ImmutableArray<ProfileFact> facts, long offset)
    {
        Facts = facts;
        FactsAt = facts.IsEmpty ? VisitorState.NoName : offset;
    }

    /// <summary>A checkpoint knows where the facts were told, not what they are.</summary>
    internal void Expect(long factsAt) => FactsAt = factsAt;

    /// <summary>Drops what is personal.</summary>
    internal void Forget() => Facts = [];
}
