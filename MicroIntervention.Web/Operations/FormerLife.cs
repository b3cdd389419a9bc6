using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Operations;

/// <summary>What a start takes over from the life before, apart from the engine's state: the live feed, prompts that were decided and perhaps not sent, people's wishes for a person.</summary>
/// <remarks>After the recovery, before the engine starts. Reads as many decisions as the feed shows, and those prompts that may still be in time.</remarks>
internal sealed class FormerLife(EngineHost engine, LiveFeed feed, DecisionLog log, TimeProvider time)
{
    private const int MostDecisions = 2_000;
    private const int DecisionsAtOnce = 1_000;
    private const int MostNotes = 20_000;

    // As many as the channels' queues hold.
    private const int MostPrompts = 20_000;
    private const int MostHandoffs = 1_000;

    // Prompts of a stop that lasted no longer than this get their end in the log, beyond those that the feed shows.
    private static readonly TimeSpan Downtime = TimeSpan.FromMinutes(10);

    // A bundle is offered for as long as its channel would keep it.
    private static readonly TimeSpan HandoffsKept = TimeSpan.FromHours(24);

    /// <summary>Fills the feed, and sends again or ends what was under way.</summary>
    public void TakeOver()
    {
        var decisions = Latest();
        foreach (var decision in decisions)
        {
            feed.OnDecision(decision);
        }

        var ended = new HashSet<DecisionId>();
        foreach (var note in log.Notes(MostNotes, handoffs: false, new Moment(long.MinValue)))
        {
            feed.Restore(in note);
            ended.Add(note.Decision);
        }

        foreach (var decision in decisions.OfType<Decision.Intervene>().Concat(InTime()).DistinctBy(d => d.Id).Where(d => !ended.Contains(d.Id)))
        {
            engine.Resume(decision);
        }
    }

    /// <summary>Requests for a person whose bundle has not arrived, oldest first, as the records that made them.</summary>
    public List<RecordHeader> Handoffs()
    {
        var since = Moment.From(time.GetUtcNow()) + -HandoffsKept;
        var notes = log.Notes(MostHandoffs * 2, handoffs: true, since);
        var done = notes.Where(n => n.Kind != DeliveryNoteKind.HandoffWanted).Select(n => n.Decision).ToHashSet();
        return
        [
            .. notes.Where(n => n.Kind == DeliveryNoteKind.HandoffWanted && !done.Contains(n.Decision)).DistinctBy(n => n.Decision).Take(MostHandoffs)
                .Select(n => new RecordHeader { Kind = RecordKind.Signal, SignalKind = SignalKind.PersonRequested, Visitor = n.Visitor, About = n.Decision, At = n.At, ReceivedAt = n.At }),
        ];
    }

    /// <summary>What the feed shows, oldest first.</summary>
    private List<Decision> Latest() => Read(new DecisionQuery(), MostDecisions);

    /// <summary>Prompts that may still be in time or have just run out of it, however many decisions came after them.</summary>
    private IEnumerable<Decision.Intervene> InTime() => Read(
        new DecisionQuery { Verdict = DecisionEntry.Intervened, Since = Moment.From(time.GetUtcNow()) + -(engine.Options.PromptBudget + Downtime) }, MostPrompts).OfType<Decision.Intervene>();

    private List<Decision> Read(DecisionQuery query, int most)
    {
        var found = new List<Decision>();
        while (found.Count < most)
        {
            var page = log.Latest(query with { Limit = DecisionsAtOnce });
            found.AddRange(page.Select(d => DecisionCodec.Decode(d.Entry.Body)));
            if (page.Count < DecisionsAtOnce)
            {
                break;
            }

            query = query with { After = page[^1].Cursor };
        }

        found.Reverse();
        return found;
    }
}
