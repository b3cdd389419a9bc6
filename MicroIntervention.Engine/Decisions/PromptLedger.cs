using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>The latest prompts to one visitor and what became of them: what caps, cool-down and "no" are counted from.</summary>
/// <remarks>Exact up to <see cref="Capacity"/> prompts within the longest cap window, which no cap exceeds; grows as needed. One owner.</remarks>
public sealed class PromptLedger
{
    /// <summary>Prompts remembered; no cap may be larger.</summary>
    public const int Capacity = 16;

    private Prompt[] _prompts = new Prompt[1];
    private Refusal[] _refusals = [];
    private int _next;

    /// <summary>What the prompts and refusals have cost of the person's attention.</summary>
    internal AttentionAccount Attention { get; set; }

    /// <summary>Prompts held, newest last.</summary>
    public int Count { get; private set; }

    /// <summary>The latest "no" to each scenario that was refused, however many prompts came since.</summary>
    internal ReadOnlySpan<Refusal> Refusals => _refusals;

    /// <summary>The i-th newest prompt, from 0.</summary>
    public ref Prompt Newest(int i) => ref _prompts[((_next - 1 - i) % _prompts.Length + _prompts.Length) % _prompts.Length];

    public void Add(Prompt prompt)
    {
        if (Count == _prompts.Length && Count < Capacity)
        {
            // Not yet a ring: entries lie in order from 0, so growing keeps them there.
            Array.Resize(ref _prompts, Count * 2);
            _next = Count;
        }

        _prompts[_next] = prompt;
        _next = (_next + 1) % _prompts.Length;
        Count = Math.Min(Count + 1, _prompts.Length);
    }

    /// <summary>A ledger of these prompts and their answers, oldest first.</summary>
    internal static PromptLedger Of(ImmutableArray<Prompt> prompts)
    {
        var ledger = new PromptLedger();
        foreach (var prompt in prompts)
        {
            ledger.Add(prompt with { Answer = PromptAnswer.None, AnsweredAt = default });
            ledger.Answer(prompt.Id, prompt.Answer, prompt.AnsweredAt);
        }

        return ledger;
    }

    /// <summary>What a report says of a prompt; None for one that decides nothing.</summary>
    internal static PromptAnswer AnswerOf(SignalKind report) => report switch
    {
        SignalKind.Shown => PromptAnswer.Shown,
        SignalKind.WithheldInBrowser => PromptAnswer.Withheld,
        SignalKind.Accepted => PromptAnswer.Accepted,
        SignalKind.PersonRequested => PromptAnswer.PersonRequested,
        SignalKind.Dismissed => PromptAnswer.Dismissed,
        _ => PromptAnswer.None, // helpful or not: measured, decides nothing
    };

    /// <summary>The prompt of this decision; null when it is not held.</summary>
    internal Prompt? Find(DecisionId id)
    {
        for (var i = 0; i < Count; i++)
        {
            if (Newest(i).Id == id)
            {
                return Newest(i);
            }
        }

        return null;
    }

    public int InSession(SessionId session)
    {
        var found = 0;
        for (var i = 0; i < Count; i++)
        {
            found += Newest(i).Session == session ? 1 : 0;
        }

        return found;
    }

    /// <summary>Prompts later than <paramref name="after"/>.</summary>
    public int Since(Moment after)
    {
        var found = 0;
        while (found < Count && Newest(found).At > after)
        {
            found++;
        }

        return found;
    }

    /// <summary>What a prompt of this scenario would cost now.</summary>
    public double PriceOf(ulong scenario, AttentionPrices prices, Moment at)
    {
        for (var i = 0; i < Count && at - Newest(i).At < AttentionPrices.RepeatWithin; i++)
        {
            if (Newest(i).Scenario == scenario)
            {
                return prices.Prompt + prices.Repeat;
            }
        }

        return prices.Prompt;
    }

    /// <summary>What was spent on this person lately, in units of attention.</summary>
    public double SpentAt(Moment at) => Attention.SpentAt(at);

    /// <summary>True when a "no" to this scenario is still in force: in its own session, and elsewhere for its time.</summary>
    /// <param name="scenario">The scenario that wants to speak.</param>
    /// <param name="session">The session it would speak in.</param>
    /// <param name="at">Now.</param>
    /// <param name="once">How long a single "no" holds.</param>
    /// <param name="atMost">How long several in a row hold at most.</param>
    public bool IsDeclined(ulong scenario, SessionId session, Moment at, TimeSpan once, TimeSpan atMost)
    {
        foreach (ref readonly var refusal in _refusals.AsSpan())
        {
            if (refusal.Scenario == scenario)
            {
                return refusal.Session == session || at - refusal.At < refusal.HeldFor(once, atMost);
            }
        }

        return false;
    }

    /// <summary>Notes what became of a prompt; false when this visitor never got it.</summary>
    /// <param name="id">The decision it came from.</param>
    /// <param name="answer">What the customer did.</param>
    /// <param name="at">When.</param>
    /// <param name="plan">Names the price of a "no"; null: the usual one.</param>
    public bool Answer(DecisionId id, PromptAnswer answer, Moment at, Plan? plan = null)
    {
        for (var i = 0; i < Count; i++)
        {
            ref var prompt = ref Newest(i);
            if (prompt.Id == id)
            {
                // A "no" stays a no: a later report of having been shown does not undo it.
                if (answer > prompt.Answer)
                {
                    prompt.Answer = answer;
                    prompt.AnsweredAt = at;
                    Remember(in prompt);
                    if (answer == PromptAnswer.Dismissed)
                    {
                        Attention = Attention.Add((plan?.PolicyOf(prompt.Scenario)?.Attention ?? AttentionPrices.Default).Dismissal, at);
                    }
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>As a checkpoint kept it.</summary>
    internal void Restore(Refusal refusal) => _refusals = [.. _refusals, refusal];

    private void Remember(in Prompt prompt)
    {
        var scenario = prompt.Scenario;
        var known = Array.FindIndex(_refusals, r => r.Scenario == scenario);
        if (prompt.Answer == PromptAnswer.Dismissed)
        {
            var inARow = known < 0 ? 1 : Math.Min(_refusals[known].InARow + 1, byte.MaxValue);
            var refusal = new Refusal(scenario, prompt.Session, prompt.AnsweredAt, (byte)inARow);
            if (known < 0)
            {
                Restore(refusal);
            }
            else
            {
                _refusals[known] = refusal;
            }
        }
        else if (known >= 0 && prompt.Answer is PromptAnswer.Accepted or PromptAnswer.PersonRequested)
        {
            // The earlier "no" is kept for its time, but the next one is the first again.
            _refusals[known] = _refusals[known] with { InARow = 0 };
        }
    }
}

/// <summary>One prompt in the ledger.</summary>
public record struct Prompt(DecisionId Id, SessionId Session, ulong Scenario, Moment At, Moment AnsweredAt, PromptAnswer Answer);

/// <summary>What the customer did with a prompt; a larger one replaces a smaller one. Part of the data format.</summary>
public enum PromptAnswer : byte
{
    None = 0,
    Shown = 1,
    Withheld = 2,
    Accepted = 3,
    PersonRequested = 4,
    Dismissed = 5,
}
