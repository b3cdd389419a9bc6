using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>A place in the list of decisions, newest first; the next page begins after it.</summary>
public readonly record struct DecisionCursor(long Segment, Moment At, long Row);
