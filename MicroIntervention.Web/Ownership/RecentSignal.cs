using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ownership;

/// <summary>One of the latest events of a kind: how its door read it. Holds no payload.</summary>
/// <param name="Matches">Bit i set: matcher i of the schema of <paramref name="SchemaVersion"/> holds.</param>
/// <param name="Fault">What broke its contract; null when nothing did, or there was none.</param>
public readonly record struct RecentSignal(
    Moment At,
    Moment SourceTime,
    VisitorId Visitor,
    MessageKey Message,
    SourceId Source,
    SignalKind Kind,
    SignalFlags Flags,
    ulong Matches,
    int SchemaVersion,
    string? Fault);
