using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>A visitor's side of its link to a customer: what it tells the home partition, and what it takes from there.</summary>
internal static class LinkStep
{
    /// <summary>A proved identify links. One without a proof links nothing, but where it names somebody else the browser is in other hands: that ends a link.</summary>
    public static void Identify(VisitorState visitor, in Signal signal, Moment at, List<CustomerMessage> messages)
    {
        if (signal.IsProved)
        {
            Join(visitor, signal.Customer, at, messages);
        }
        else if (visitor.Link is { } link && link.Customer != signal.Customer)
        {
            Leave(visitor, at, messages);
        }
    }

    /// <summary>The visitor is this customer from now on; nothing when it was before.</summary>
    public static void Join(VisitorState visitor, VisitorId customer, Moment at, List<CustomerMessage> messages)
    {
        if (visitor.Link is { } link)
        {
            if (link.Customer == customer)
            {
                return;
            }

            Leave(visitor, at, messages);
        }

        var wishes = new CustomerWishes(visitor.OptedOut, visitor.Consent);
        messages.Add(new CustomerMessage(CustomerMessageKind.Joined, visitor.Id, customer, at) { Wishes = wishes, Prompts = PromptsFor(visitor, customer) });
        visitor.Link = new CustomerLink(customer, at, wishes);
    }

    /// <summary>The visitor is nobody's any more: what others were offered no longer counts for it, and what it was offered not for them.</summary>
    public static void Leave(VisitorState visitor, Moment at, List<CustomerMessage> messages)
    {
        if (visitor.Link is { } link)
        {
            messages.Add(new CustomerMessage(CustomerMessageKind.Left, visitor.Id, link.Customer, at));
            End(visitor, link, at);
        }
    }

    /// <summary>Takes what the home partition, or a person of the team, says.</summary>
    /// <param name="offset">Of the record.</param>
    public static void Take(VisitorState visitor, CustomerMessage message, Moment at, long offset, List<CustomerMessage> replies)
    {
        if (message.Kind == CustomerMessageKind.Merge)
        {
            Join(visitor, message.Customer, at, replies);
            return;
        }

        if (visitor.Link is not { } link || link.Customer != message.Customer)
        {
            // It was on its way while the link ended.
            return;
        }

        switch (message.Kind)
        {
            case CustomerMessageKind.Facts:
                link.Wishes = message.Wishes;
                link.Take(message.Prompts);
                break;
            case CustomerMessageKind.AnsweredElsewhere:
                foreach (var prompt in message.Prompts)
                {
                    visitor.Ledger?.Answer(prompt.Id, prompt.Answer, prompt.AnsweredAt);
                }

                break;
            case CustomerMessageKind.Profile:
                link.Take(message.Facts, offset);
                break;
            case CustomerMessageKind.Crowded:
                End(visitor, link, at);
                break;
            case CustomerMessageKind.Unmerge:
                Leave(visitor, at, replies);
                break;
            default:
                throw new InvalidDataException($"A message of kind {message.Kind} is not for a visitor.");
        }
    }

    /// <summary>The prompts that this step decided.</summary>
    public static void TellPrompts(VisitorState visitor, Moment at, ref StepOutput output)
    {
        if (visitor.Link is not { } link || visitor.Ledger is not { } ledger)
        {
            return;
        }

        foreach (var decision in output.Decisions)
        {
            if (decision is Decision.Intervene && ledger.Find(decision.Id) is { } prompt)
            {
                output.Messages.Add(new CustomerMessage(CustomerMessageKind.Offered, visitor.Id, link.Customer, at) { Prompts = [prompt] });
            }
        }
    }

    /// <summary>A report of the browser about a prompt, also about one that was decided for the customer and shown here.</summary>
    public static void TellAnswer(VisitorState visitor, in Signal signal, Moment at, ref StepOutput output)
    {
        if (visitor.Link is { } link && PromptLedger.AnswerOf(signal.Kind) is var answer and not PromptAnswer.None)
        {
            output.Messages.Add(new CustomerMessage(CustomerMessageKind.Answered, visitor.Id, link.Customer, at)
            {
                Prompts = [new Prompt(signal.About, default, 0, default, at, answer)],
            });
        }
    }

    public static void TellWish(VisitorState visitor, in Signal signal, Moment at, ref StepOutput output)
    {
        if (visitor.Link is { } link && signal.Kind is SignalKind.OptedOut or SignalKind.OptedIn or SignalKind.ConsentGranted or SignalKind.ConsentRefused)
        {
            link.Wishes = link.Wishes.After(signal.Kind);
            output.Messages.Add(new CustomerMessage(CustomerMessageKind.Wished, visitor.Id, link.Customer, at) { Wish = signal.Kind });
        }
    }

    public static void TellSeen(VisitorState visitor, Moment at, ref StepOutput output)
    {
        if (output.Started && visitor.Link is { } link)
        {
            output.Messages.Add(new CustomerMessage(CustomerMessageKind.Seen, visitor.Id, link.Customer, at));
        }
    }

    /// <summary>What a verified source says of the customer in an event of this visitor.</summary>
    public static void Describe(VisitorState visitor, ImmutableArray<ProfileFact> facts, Moment at, List<CustomerMessage> messages)
    {
        if (visitor.Link is { } link && !facts.IsEmpty)
        {
            messages.Add(new CustomerMessage(CustomerMessageKind.Described, visitor.Id, link.Customer, at) { Facts = facts });
        }
    }

    private static void End(VisitorState visitor, CustomerLink link, Moment at)
    {
        visitor.WasCustomer(link.Customer, at);
        visitor.Link = null;
    }

    /// <summary>What the visitor was offered as this customer or as nobody: what it was offered as another customer stays that one's.</summary>
    private static ImmutableArray<Prompt> PromptsFor(VisitorState visitor, VisitorId customer)
    {
        if (visitor.Ledger is not { } ledger)
        {
            return [];
        }

        var prompts = ImmutableArray.CreateBuilder<Prompt>(ledger.Count);
        for (var i = ledger.Count - 1; i >= 0; i--)
        {
            if (visitor.Former == customer || ledger.Newest(i).At > visitor.LeftAt)
            {
                prompts.Add(ledger.Newest(i));
            }
        }

        return prompts.DrainToImmutable();
    }
}
