using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>The clear part of a log record: no personal data. The payload (the event's JSON) lies beside it and is encrypted at rest.</summary>
public struct RecordHeader
{
    public RecordKind Kind;
    public SignalKind SignalKind;
    public SignalFlags Flags;
    public SignalVerdict Verdict;
    public int Partition;
    public long Offset;

    /// <summary>Assigned by the shard, never decreasing in a partition (event clock: per visitor).</summary>
    public Moment At;

    public Moment ReceivedAt;
    public Moment SourceTime;
    public VisitorId Visitor;
    public SessionId Session;
    public Hash128 ExplicitSession;
    public MessageKey Message;
    public DecisionId About;
    public SourceId Source;
    public short ZoneOffsetMinutes;
    public int PayloadStart;
    public int PayloadLength;
}

/// <summary>What the engine did with a signal. Part of the data format: never renumber.</summary>
public enum SignalVerdict : byte
{
    /// <summary>Entered the windows.</summary>
    Taken = 0,

    /// <summary>More than the late limit behind: logged and shown, but in no window.</summary>
    Late = 1,
}
