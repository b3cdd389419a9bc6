using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Operations;

/// <summary>The past of one visitor, made again from the log: for the time machine, and to audit a decision.</summary>
/// <remarks>Reads the log; run it off the page's thread. Cost grows with the partition's blobs since the visitor's first signal.</remarks>
internal sealed class SessionHistory(EngineHost engine, SignalLog log, SignalParser parser, PlanBook book)
{
    /// <summary>Runs everything that the log holds of this visitor through the one step.</summary>
    public VisitorReplay Replay(VisitorId visitor, CancellationToken cancellation)
    {
        var replay = new VisitorReplay(visitor, engine.PartitionOf(visitor), engine.Options.Clock, parser, book);
        log.ReadForReplay(visitor, replay, cancellation);
        return replay;
    }

    /// <summary>Makes a recorded decision again and compares every bit.</summary>
    public ReplayVerdict Audit(Decision recorded, CancellationToken cancellation)
    {
        var replay = Replay(recorded.Facts.Visitor, cancellation);
        if (replay.MetErasure)
        {
            return ReplayVerdict.Erased;
        }

        return replay.Find(recorded.Id) is { } again && DecisionCodec.Encode(again).AsSpan().SequenceEqual(DecisionCodec.Encode(recorded))
            ? ReplayVerdict.Same
            : ReplayVerdict.Different;
    }
}

/// <summary>What came of making a decision again.</summary>
public enum ReplayVerdict
{
    /// <summary>Bit for bit.</summary>
    Same = 0,

    /// <summary>Its inputs were erased; it cannot be made again.</summary>
    Erased = 1,

    /// <summary>A defect: report it.</summary>
    Different = 2,
}
