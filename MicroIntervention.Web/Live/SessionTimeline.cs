using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Live;

/// <summary>One session as the log tells it.</summary>
/// <param name="Points">One for each record, in log order; features and scores are those right after the record.</param>
/// <param name="Labels">What happened at each point: the event's name; empty where it has none. Untrusted text.</param>
/// <param name="Decisions">Every decision of the session, those of timers too.</param>
/// <param name="MetErasure">Records were erased: what follows them cannot be computed again.</param>
public sealed record SessionTimeline(
    VisitorId Visitor,
    SessionId Session,
    IReadOnlyList<TimelinePoint> Points,
    IReadOnlyList<string> Labels,
    IReadOnlyList<Decision> Decisions,
    bool MetErasure)
{
    /// <summary>What the log noted about the session's prompts, oldest first: deliveries and the browser's reports.</summary>
    public IReadOnlyList<DeliveryNote> Notes { get; init; } = [];

    /// <summary>The customer that the visitor is known to be at the log's end; null for nobody in particular.</summary>
    public CustomerLink? Customer { get; init; }
}
