using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>A visitor's link and a customer's state as bytes of a checkpoint. Of personal facts only the places in the log where they were said.</summary>
internal static class LinkCodec
{
    private const int HasLink = 1;
    private const int HasFormer = 2;
    private const int FactBytes = 22;

    public static void Write(CheckpointBuffer to, VisitorState visitor)
    {
        to.Byte((byte)((visitor.Link is null ? 0 : HasLink) | (visitor.Former.Value.IsZero ? 0 : HasFormer)));
        if (visitor.Link is { } link)
        {
            to.Hash(link.Customer.Value);
            to.At(link.Since);
            Write(to, link.Wishes);
            to.Long(link.FactsAt);
            Write(to, link.Prompts);
        }

        if (!visitor.Former.Value.IsZero)
        {
            to.Hash(visitor.Former.Value);
            to.At(visitor.LeftAt);
        }
    }

    public static void Read(ref CheckpointCursor from, VisitorState visitor)
    {
        var flags = from.Byte();
        if ((flags & HasLink) != 0)
        {
            visitor.Link = new CustomerLink(new VisitorId(from.Hash()), from.At(), ReadWishes(ref from));
            visitor.Link.Expect(from.Long());
            visitor.Link.Take(ReadPrompts(ref from));
        }

        if ((flags & HasFormer) != 0)
        {
            visitor.WasCustomer(new VisitorId(from.Hash()), from.At());
        }
    }

    public static void Write(CheckpointBuffer to, CustomerState customer)
    {
        to.Hash(customer.Id.Value);
        Write(to, customer.Wishes);
        to.Int(customer.Visitors.Count);
        foreach (var visitor in customer.Visitors)
        {
            to.Hash(visitor.Visitor.Value);
            to.At(visitor.Since);
            to.At(visitor.ActiveAt);
        }

        to.Int(customer.Prompts.Count);
        foreach (var (visitor, prompt) in customer.Prompts)
        {
            to.Hash(visitor.Value);
            VisitorCodec.Write(to, in prompt);
        }

        to.Int(customer.Facts.Count);
        foreach (var (fact, offset) in customer.Facts)
        {
            to.Byte((byte)fact.Field);
            to.Byte((byte)fact.Origin);
            to.Int(fact.Source.Value);
            to.At(fact.At);
            to.Long(offset);
        }
    }

    public static CustomerState ReadCustomer(ref CheckpointCursor from)
    {
        var customer = new CustomerState(new VisitorId(from.Hash())) { Wishes = ReadWishes(ref from) };
        for (var left = from.Count(Hash128.Size); left > 0; left--)
        {
            customer.Restore(new LinkedVisitor(new VisitorId(from.Hash()), from.At(), from.At()));
        }

        for (var left = from.Count(Hash128.Size); left > 0; left--)
        {
            customer.Restore(new VisitorId(from.Hash()), ReadPrompt(ref from));
        }

        for (var left = from.Count(FactBytes); left > 0; left--)
        {
            var (field, origin, source, at, offset) = ((ProfileField)from.Byte(), (ProfileOrigin)from.Byte(), from.Int(), from.At(), from.Long());
            customer.Restore(new KnownFact(new ProfileFact(field, "", "", at, new SourceId((ushort)source), origin), offset));
        }

        return customer;
    }

    public static void Write(CheckpointBuffer to, CustomerWishes wishes)
    {
        to.Byte((byte)(wishes.OptedOut ? 1 : 0));
        to.Byte((byte)wishes.Consent);
    }

    public static CustomerWishes ReadWishes(ref CheckpointCursor from) => new(from.Byte() != 0, (ConsentState)from.Byte());

    public static void Write(CheckpointBuffer to, ImmutableArray<Prompt> prompts)
    {
        to.Int(prompts.Length);
        foreach (var prompt in prompts)
        {
            VisitorCodec.Write(to, in prompt);
        }
    }

    public static ImmutableArray<Prompt> ReadPrompts(ref CheckpointCursor from)
    {
        var prompts = new Prompt[from.Count(Hash128.Size)];
        for (var i = 0; i < prompts.Length; i++)
        {
            prompts[i] = ReadPrompt(ref from);
        }

        return [.. prompts];
    }

    private static Prompt ReadPrompt(ref CheckpointCursor from) =>
        new(new DecisionId(from.Hash()), new SessionId(from.Hash()), unchecked((ulong)from.Long()), from.At(), from.At(), (PromptAnswer)from.Byte());
}
