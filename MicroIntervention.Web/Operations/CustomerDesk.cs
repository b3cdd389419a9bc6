using System.Globalization;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Operations;

/// <summary>Where people say that two visitors are one customer, or are not. Each word is a record in the log, and a line in the audit log.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class CustomerDesk(EngineHost engine, KeyedHash hash, AuditLog audit)
{
    /// <summary>The customer with this user id.</summary>
    public VisitorId Of(string userId) => new(hash.Of(HashDomain.Visitor, "u:" + userId));

    /// <summary>Says that a visitor is this customer: caps, wishes and refusals count for both from now on. Completes when it is durable.</summary>
    public async Task MergeAsync(VisitorId visitor, VisitorId customer, string who)
    {
        await engine.MergeAsync(visitor, customer);
        await audit.AddAsync(who, ConsoleAction.CustomersMerge, "visitor " + Short(visitor), "merged with customer " + Short(customer));
    }

    /// <summary>Says that a visitor is not this customer: each has its own caps again. Completes when it is durable.</summary>
    public async Task UnmergeAsync(VisitorId visitor, VisitorId customer, string who)
    {
        await engine.UnmergeAsync(visitor, customer);
        await audit.AddAsync(who, ConsoleAction.CustomersMerge, "visitor " + Short(visitor), "unmerged from customer " + Short(customer));
    }

    /// <summary>The first eight digits: what people tell visitors apart by.</summary>
    public static string Short(VisitorId id) => id.ToString()[..8].ToLower(CultureInfo.InvariantCulture);
}
