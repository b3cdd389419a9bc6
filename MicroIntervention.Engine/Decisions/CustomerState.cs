using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>A customer in the home partition: whose visitors it has, what they were offered, what it wishes and what verified sources say of it.</summary>
/// <remarks>Owned by the home partition's shard; changed by <see cref="CustomerStep"/> alone.</remarks>
public sealed class CustomerState(VisitorId id)
{
    /// <summary>Visitors of one customer; a further one takes the place of the one that was silent longest.</summary>
    public const int MaxVisitors = 16;

    /// <summary>Prompts remembered over all visitors.</summary>
    internal const int MaxPrompts = 64;

    /// <summary>Purchases remembered.</summary>
    public const int MaxPurchases = 5;

    private readonly List<LinkedVisitor> _visitors = [];
    private readonly List<(VisitorId Visitor, Prompt Prompt)> _prompts = [];
    private readonly List<KnownFact> _facts = [];

    /// <summary>Keyed hash of the user id: also the visitor that events with nothing but the user id belong to.</summary>
    public VisitorId Id { get; } = id;

    public CustomerWishes Wishes { get; internal set; }

    /// <summary>In the order of joining.</summary>
    public IReadOnlyList<LinkedVisitor> Visitors => _visitors;

    /// <summary>Single facts first, then purchases, newest first.</summary>
    internal IReadOnlyList<KnownFact> Facts => _facts;

    /// <summary>Every prompt with the visitor it was for, oldest first.</summary>
    internal IReadOnlyList<(VisitorId Visitor, Prompt Prompt)> Prompts => _prompts;

    /// <summary>The visitor with the latest session that is not the customer's own; null when there is none.</summary>
    public VisitorId? MostRecent()
    {
        LinkedVisitor? latest = null;
        foreach (var visitor in _visitors)
        {
            if (visitor.Visitor != Id && (latest is null || visitor.ActiveAt >= latest.Value.ActiveAt))
            {
                latest = visitor;
            }
        }

        return latest?.Visitor;
    }

    internal bool Has(VisitorId visitor) => IndexOf(visitor) >= 0;

    /// <summary>Adds a visitor, or notes that it was active.</summary>
    /// <returns>The visitor that had to make room; null for none.</returns>
    internal VisitorId? Join(VisitorId visitor, Moment at)
    {
        if (Active(visitor, at))
        {
            return null;
        }

        VisitorId? gone = null;
        if (_visitors.Count == MaxVisitors)
        {
            var silent = 0;
            for (var i = 1; i < _visitors.Count; i++)
            {
                silent = _visitors[i].ActiveAt < _visitors[silent].ActiveAt ? i : silent;
            }

            gone = _visitors[silent].Visitor;
            _visitors.RemoveAt(silent);
        }

        _visitors.Add(new LinkedVisitor(visitor, at, at));
        return gone;
    }

    /// <summary>True when the visitor is known.</summary>
    internal bool Active(VisitorId visitor, Moment at)
    {
        var known = IndexOf(visitor);
        if (known >= 0 && at > _visitors[known].ActiveAt)
        {
            _visitors[known] = _visitors[known] with { ActiveAt = at };
        }

        return known >= 0;
    }

    /// <summary>Takes a visitor away with all it was offered.</summary>
    internal bool Leave(VisitorId visitor)
    {
        _prompts.RemoveAll(p => p.Visitor == visitor);
        return _visitors.RemoveAll(v => v.Visitor == visitor) > 0;
    }

    /// <summary>Adds a prompt in the order of time; one that is known keeps the later answer.</summary>
    internal void Add(VisitorId visitor, Prompt prompt)
    {
        if (Answer(prompt.Id, prompt.Answer, prompt.AnsweredAt) is not null)
        {
            return;
        }

        var at = _prompts.Count;
        while (at > 0 && _prompts[at - 1].Prompt.At > prompt.At)
        {
            at--;
        }

        _prompts.Insert(at, (visitor, prompt));
        if (_prompts.Count > MaxPrompts)
        {
            // A "no" outlives what was merely shown.
            var least = _prompts.FindIndex(p => p.Prompt.Answer != PromptAnswer.Dismissed);
            _prompts.RemoveAt(Math.Max(least, 0));
        }
    }

    /// <summary>Notes an answer.</summary>
    /// <returns>Whose prompt it was; null when it is not known.</returns>
    internal VisitorId? Answer(DecisionId id, PromptAnswer answer, Moment at)
    {
        var index = _prompts.FindIndex(p => p.Prompt.Id == id);
        if (index < 0)
        {
            return null;
        }

        var (visitor, prompt) = _prompts[index];
        if (answer > prompt.Answer)
        {
            _prompts[index] = (visitor, prompt with { Answer = answer, AnsweredAt = at });
        }

        return visitor;
    }

    /// <summary>What counts for this visitor because of the others: the newest prompts and every "no", oldest first.</summary>
    internal ImmutableArray<Prompt> Elsewhere(VisitorId visitor)
    {
        var others = ImmutableArray.CreateBuilder<Prompt>();
        var newer = 0;
        for (var i = _prompts.Count - 1; i >= 0; i--)
        {
            if (_prompts[i].Visitor != visitor && (newer++ < PromptLedger.Capacity || _prompts[i].Prompt.Answer == PromptAnswer.Dismissed))
            {
                others.Add(_prompts[i].Prompt);
            }
        }

        others.Reverse();
        return others.DrainToImmutable();
    }

    /// <summary>Takes facts from a record at this offset of the home partition. The latest word on a field counts; of purchases the newest are kept.</summary>
    internal void Describe(ImmutableArray<ProfileFact> facts, long offset)
    {
        foreach (var fact in facts)
        {
            _facts.RemoveAll(f => f.Fact.Field == fact.Field && (fact.Field != ProfileField.Purchase || (f.Fact.At == fact.At && f.Fact.Value == fact.Value)));
            var at = fact.Field != ProfileField.Purchase ? 0 : _facts.FindIndex(f => f.Fact.Field == ProfileField.Purchase && f.Fact.At <= fact.At);
            _facts.Insert(at < 0 ? _facts.Count : at, new KnownFact(fact, offset));
        }

        while (_facts.Count(f => f.Fact.Field == ProfileField.Purchase) > MaxPurchases)
        {
            _facts.RemoveAt(_facts.FindLastIndex(f => f.Fact.Field == ProfileField.Purchase));
        }
    }

    internal ImmutableArray<ProfileFact> Profile() => [.. _facts.Select(f => f.Fact)];

    /// <summary>As a checkpoint kept it, or as the log says again what the checkpoint does not hold.</summary>
    internal void Restore(LinkedVisitor visitor) => _visitors.Add(visitor);

    internal void Restore(VisitorId visitor, Prompt prompt) => _prompts.Add((visitor, prompt));

    internal void Restore(KnownFact fact) => _facts.Add(fact);

    /// <summary>Gives the facts of one record their words back.</summary>
    internal void Reread(long offset, ImmutableArray<ProfileFact> said)
    {
        for (var i = 0; i < _facts.Count; i++)
        {
            var known = _facts[i];
            if (known.Offset == offset)
            {
                foreach (var fact in said)
                {
                    if (fact.Field == known.Fact.Field && fact.At == known.Fact.At)
                    {
                        _facts[i] = known with { Fact = fact };
                    }
                }
            }
        }
    }

    /// <summary>Drops facts whose words could not be read again.</summary>
    internal void DropErased() => _facts.RemoveAll(f => f.Fact.Value.Length == 0);

    /// <summary>Drops what is personal.</summary>
    internal void Forget() => _facts.Clear();

    private int IndexOf(VisitorId visitor) => _visitors.FindIndex(v => v.Visitor == visitor);
}

/// <summary>One of a customer's visitors.</summary>
/// <param name="Visitor">Who.</param>
/// <param name="Since">When it joined.</param>
/// <param name="ActiveAt">When it joined or began its latest session.</param>
public readonly record struct LinkedVisitor(VisitorId Visitor, Moment Since, Moment ActiveAt);

/// <summary>A fact and the offset of the record in the home partition that told it.</summary>
internal readonly record struct KnownFact(ProfileFact Fact, long Offset);
