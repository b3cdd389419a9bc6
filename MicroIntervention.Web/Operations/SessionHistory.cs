using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Operations;

/// <summary>The past of one visitor, made again from the log: for the time machine, and to audit a decision.</summary>
/// <remarks>Reads the log; run it off the page's thread. Cost grows with the partition's blobs since the visitor's first signal.</remarks>
internal sealed class SessionHistory(EngineHost engine, SignalLog log, SignalParser parser, PlanBook book) : ISessionTimelines
{
    public Task<SessionTimeline?> ReadAsync(VisitorId visitor, SessionId session, CancellationToken cancel) => Task.Run(
        () =>
        {
            var labelled = new LabelledReplay(NewReplay(visitor));
            log.ReadForReplay(visitor, labelled, cancel);
            return labelled.Of(visitor, session);
        },
        cancel);

    /// <summary>Makes a recorded decision again and compares every bit.</summary>
    public ReplayVerdict Audit(Decision recorded, CancellationToken cancel)
    {
        var replay = NewReplay(recorded.Facts.Visitor);
        log.ReadForReplay(recorded.Facts.Visitor, replay, cancel);
        if (replay.MetErasure)
        {
            return ReplayVerdict.Erased;
        }

        return replay.Find(recorded.Id) is { } again && DecisionCodec.Encode(again).AsSpan().SequenceEqual(DecisionCodec.Encode(recorded))
            ? ReplayVerdict.Same
            : ReplayVerdict.Different;
    }

    private VisitorReplay NewReplay(VisitorId visitor) => new(visitor, engine.PartitionOf(visitor), engine.Options.Clock, parser, book);
}
