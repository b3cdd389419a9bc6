using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Signals and decisions to what the log stores, and back.</summary>
internal static class RecordCodec
{
    public static RecordHeader HeaderOf(in Signal signal, int partition, long offset, Moment at, in StepOutput output) => HeaderOf(in signal) with
    {
        Verdict = output.Verdict,
        Partition = partition,
        Offset = offset,
        At = at,
        Session = output.Session,
    };

    /// <summary>What the door knew of a signal.</summary>
    public static RecordHeader HeaderOf(in Signal signal) => new()
    {
        Kind = RecordKind.Signal,
        SignalKind = signal.Kind,
        Flags = signal.Flags,
        ReceivedAt = signal.ReceivedAt,
        SourceTime = signal.SourceTime,
        Visitor = signal.Visitor,
        ExplicitSession = signal.ExplicitSession,
        Message = signal.Message,
        About = signal.About,
        Source = signal.Source,
        ZoneOffsetMinutes = signal.ZoneOffsetMinutes,
    };

    /// <summary>The stored signal; matches and values still have to be read from its payload.</summary>
    public static Signal SignalOf(in RecordHeader header) => new()
    {
        Kind = header.SignalKind,
        Flags = header.Flags,
        ReceivedAt = header.ReceivedAt,
        SourceTime = header.SourceTime,
        Visitor = header.Visitor,
        ExplicitSession = header.ExplicitSession,
        Message = header.Message,
        About = header.About,
        Source = header.Source,
        ZoneOffsetMinutes = header.ZoneOffsetMinutes,
        SchemaVersion = -1,
    };

    public static DecisionEntry EntryOf(Decision decision) => new(
        decision.Id,
        decision.Facts.Position,
        decision.Facts.At,
        decision.Facts.Visitor,
        decision.Facts.Session,
        decision.Facts.Scenario.Value,
        decision is Decision.Intervene ? DecisionEntry.Intervened : (byte)0,
        (byte)decision.Reason,
        decision.Facts.Forecast.Value,
        DecisionCodec.Encode(decision));
}
