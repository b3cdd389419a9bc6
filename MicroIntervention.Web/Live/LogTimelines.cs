using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Live;

/// <summary>Reads a session from the log and runs it again through the engine's one step.</summary>
internal sealed class LogTimelines(EngineHost engine, SignalLog log, SignalParser parser, PlanBook book, Installation installation) : ISessionTimelines
{
    // Off the page's thread: the cost grows with the partition's blobs since the visitor's first signal.
    public Task<SessionTimeline?> ReadAsync(VisitorId visitor, SessionId session, CancellationToken cancel) =>
        Task.Run(() => Read(visitor, session, cancel), cancel);

    private SessionTimeline? Read(VisitorId visitor, SessionId session, CancellationToken cancel)
    {
        // The whole visitor is run, for caps and visitor-wide windows reach across sessions; then the one session is picked.
        var replay = new VisitorReplay(visitor, engine.PartitionOf(visitor), engine.Options.Clock, parser, book);
        var labels = new LabelReader(replay);
        log.ReadForReplay(visitor, labels, cancel);
        var picked = Enumerable.Range(0, replay.Points.Count).Where(i => replay.Points[i].Header.Session == session).ToList();
        if (picked.Count == 0)
        {
            return null;
        }

        var decisions = replay.Decisions.FindAll(decision => decision.Facts.Session == session);
        return new SessionTimeline(
            visitor,
            session,
            picked.ConvertAll(i => replay.Points[i]),
            picked.ConvertAll(i => labels.Labels[i]),
            decisions,
            replay.MetErasure)
        { Notes = NotesOn(decisions), Customer = replay.Link };
    }

    private List<DeliveryNote> NotesOn(List<Decision> decisions)
    {
        var prompts = decisions.OfType<Decision.Intervene>().ToList();
        return prompts.Count == 0 ? [] : new NoteLog(installation).Of([.. prompts.Select(p => p.Id).Distinct()], prompts.Min(p => p.Facts.At));
    }

    /// <summary>Hands each record on to the replay and keeps the event's name of those that became a point.</summary>
    private sealed class LabelReader(VisitorReplay replay) : ILogReader
    {
        public List<string> Labels { get; } = [];

        public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            replay.OnRecord(in header, payload);
            if (replay.Points.Count > Labels.Count)
            {
                Labels.Add(EventLabel.Of(header.SignalKind, payload));
            }
        }
    }
}
