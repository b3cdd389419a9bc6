using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Live;

/// <summary>What pages may read of handoffs.</summary>
/// <param name="ReadAsync">The context bundle of a visitor's prompt as it goes to a person, read off the page's thread; null when the log has none.</param>
public sealed record HandoffView(Func<VisitorId, DecisionId, Moment, CancellationToken, Task<HandoffBundle?>> ReadAsync);
