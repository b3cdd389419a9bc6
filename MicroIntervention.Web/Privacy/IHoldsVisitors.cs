using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Privacy;

/// <summary>Somewhere in the server's memory where things of a visitor wait to be written or sent: an erasure must reach them too.</summary>
public interface IHoldsVisitors
{
    /// <summary>Drops what waits for these visitors. When it completes, none of it is written or sent any more.</summary>
    /// <remarks>Called before and after the visitors' keys are destroyed; must bear being called again.</remarks>
    Task ForgetAsync(IReadOnlySet<VisitorId> visitors, CancellationToken cancel);
}
