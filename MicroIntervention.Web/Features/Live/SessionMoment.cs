using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Web.Features.Live;

/// <summary>One moment of a session's line.</summary>
/// <param name="Label">What happened: the event's name. Untrusted text.</param>
/// <param name="IsLate">The signal was late: it entered no window.</param>
/// <param name="Point">State right after it.</param>
/// <param name="Decisions">What was decided at it.</param>
public sealed record SessionMoment(DateTimeOffset At, string Label, bool IsLate, TimelinePoint Point, IReadOnlyList<Decision> Decisions);
