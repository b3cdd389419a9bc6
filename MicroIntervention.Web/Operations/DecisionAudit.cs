using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Operations;

/// <summary>Makes a recorded decision again from the log and compares.</summary>
/// <remarks>Reads the log; run it off the page's thread. Cost grows with the partition's blobs since the visitor's first signal.</remarks>
internal sealed class DecisionAudit(EngineHost engine, SignalLog log, SignalParser parser, PlanBook book)
{
    /// <summary>Makes a recorded decision again and compares every bit.</summary>
    public ReplayVerdict Check(Decision recorded, CancellationToken cancel)
    {
        var visitor = recorded.Facts.Visitor;
        var replay = new VisitorReplay(visitor, engine.PartitionOf(visitor), engine.Options.Clock, parser, book);
        log.ReadForReplay(visitor, replay, cancel);
        if (replay.MetErasure)
        {
            return ReplayVerdict.Erased;
        }

        return replay.Find(recorded.Id) is { } again && DecisionCodec.Encode(again).AsSpan().SequenceEqual(DecisionCodec.Encode(recorded))
            ? ReplayVerdict.Same
            : ReplayVerdict.Different;
    }
}
