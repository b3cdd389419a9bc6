using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>What an internal record does in a customer's home partition.</summary>
/// <remarks>Like <see cref="SessionStep"/>: in place, deterministic, nothing read but the arguments; whatever it takes twice it takes once.</remarks>
internal static class CustomerStep
{
    /// <param name="customer">The message's customer.</param>
    /// <param name="message">One that <see cref="CustomerMessage.IsForCustomer"/>.</param>
    /// <param name="at">Of the record.</param>
    /// <param name="offset">Of the record.</param>
    /// <param name="replies">Gets what the customer's visitors must know.</param>
    public static void Take(CustomerState customer, CustomerMessage message, Moment at, long offset, List<CustomerMessage> replies)
    {
        var visitor = message.Visitor;
        if (message.Kind == CustomerMessageKind.Joined)
        {
            Join(customer, message, at, replies);
            return;
        }

        if (!customer.Has(visitor))
        {
            // It was on its way while the visitor had to make room.
            return;
        }

        switch (message.Kind)
        {
            case CustomerMessageKind.Left:
                customer.Leave(visitor);
                TellAll(customer, at, replies, except: visitor);
                break;
            case CustomerMessageKind.Offered:
                customer.Active(visitor, message.At);
                foreach (var prompt in message.Prompts)
                {
                    customer.Add(visitor, prompt);
                }

                TellAll(customer, at, replies, except: visitor);
                break;
            case CustomerMessageKind.Answered:
                Answer(customer, message, at, replies);
                break;
            case CustomerMessageKind.Wished:
                customer.Wishes = customer.Wishes.After(message.Wish);

                // To the one who said it too: two that speak at the same time must end with the same word.
                TellAll(customer, at, replies, except: default);
                break;
            case CustomerMessageKind.Seen:
                customer.Active(visitor, message.At);
                break;
            case CustomerMessageKind.Described:
                customer.Describe(message.Facts, offset);
                foreach (var linked in customer.Visitors)
                {
                    TellProfile(customer, linked.Visitor, at, replies);
                }

                break;
            default:
                throw new InvalidDataException($"A message of kind {message.Kind} is not for a customer.");
        }
    }

    private static void Join(CustomerState customer, CustomerMessage message, Moment at, List<CustomerMessage> replies)
    {
        if (customer.Join(message.Visitor, message.At) is { } gone)
        {
            replies.Add(new CustomerMessage(CustomerMessageKind.Crowded, gone, customer.Id, at));
        }

        customer.Wishes = customer.Wishes.With(message.Wishes);
        foreach (var prompt in message.Prompts)
        {
            customer.Add(message.Visitor, prompt);
        }

        TellAll(customer, at, replies, except: default);
        TellProfile(customer, message.Visitor, at, replies);
    }

    private static void Answer(CustomerState customer, CustomerMessage message, Moment at, List<CustomerMessage> replies)
    {
        foreach (var answered in message.Prompts)
        {
            if (customer.Answer(answered.Id, answered.Answer, answered.AnsweredAt) is not { } whose)
            {
                continue;
            }

            if (whose != message.Visitor && customer.Has(whose))
            {
                replies.Add(new CustomerMessage(CustomerMessageKind.AnsweredElsewhere, whose, customer.Id, at) { Prompts = [answered] });
            }

            TellAll(customer, at, replies, except: whose);
        }
    }

    private static void TellAll(CustomerState customer, Moment at, List<CustomerMessage> replies, VisitorId except)
    {
        foreach (var linked in customer.Visitors)
        {
            if (linked.Visitor != except)
            {
                replies.Add(new CustomerMessage(CustomerMessageKind.Facts, linked.Visitor, customer.Id, at)
                {
                    Wishes = customer.Wishes,
                    Prompts = customer.Elsewhere(linked.Visitor),
                });
            }
        }
    }

    private static void TellProfile(CustomerState customer, VisitorId visitor, Moment at, List<CustomerMessage> replies)
    {
        if (customer.Profile() is { IsEmpty: false } facts)
        {
            replies.Add(new CustomerMessage(CustomerMessageKind.Profile, visitor, customer.Id, at) { Facts = facts });
        }
    }
}
