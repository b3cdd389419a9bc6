using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Operations;

/// <summary>What a start takes over from the life before, apart from the engine's state: the live feed, prompts that were decided and perhaps not sent, people's wishes for a person.</summary>
/// <remarks>After the recovery, before the engine starts. Reads as many decisions as the feed shows, and those prompts that may still be in time.</remarks>
internal sealed class FormerLife(EngineHost engine, LiveFeed feed, DecisionLog log, NoteLog notes, TimeProvider time)
{
    private const int MostDecisions = 2_000;
    private const int DecisionsAtOnce = 1_000;

    // As many as the channels' queues hold.
    private const int MostPrompts = 20_000;
    private const int MostHandoffs = 1_000;

    // Prompts of a stop that lasted no longer than this get their end in the log, beyond those that the feed shows.
    private static readonly TimeSpan Downtime = TimeSpan.FromMinutes(10);

    // A decision's moment never goes back, a note's does when somebody sets the clock.
    private static readonly TimeSpan ClockSetBack = TimeSpan.FromMinutes(1);

    // A bundle is offered for as long as its channel would keep it.
    private static readonly TimeSpan HandoffsKept = TimeSpan.FromHours(24);

    /// <summary>Fills the feed, and sends again or ends what was under way.</summary>
    public void TakeOver(CancellationToken cancellation)
    {
        var decisions = Latest();
        foreach (var decision in decisions)
        {
            feed.OnDecision(decision);
        }

        var prompts = decisions.OfType<Decision.Intervene>().Concat(InTime()).DistinctBy(d => d.Id).ToDictionary(d => d.Id);
        var ended = new HashSet<DecisionId>();
        if (prompts.Count > 0)
        {
            // No more than came since the first of them, whatever the age of the folder.
            notes.Since(prompts.Values.Min(d => d.Facts.At) + -ClockSetBack, note =>
            {
                if (prompts.ContainsKey(note.Decision))
                {
                    feed.Restore(in note);
                    ended.Add(note.Decision);
                }
            });
        }

        engine.Resume([.. prompts.Values.Where(d => !ended.Contains(d.Id))], cancellation);
    }

    /// <summary>Requests for a person whose bundle has not arrived, oldest first, as the records that made them.</summary>
    public List<RecordHeader> Handoffs()
    {
        var since = Moment.From(time.GetUtcNow()) + -HandoffsKept;
        var wishes = notes.Handoffs(since, MostHandoffs * 2);
        var done = wishes.Where(n => n.Kind != DeliveryNoteKind.HandoffWanted).Select(n => n.Decision).ToHashSet();
        return
        [
            .. wishes.Where(n => n.Kind == DeliveryNoteKind.HandoffWanted && !done.Contains(n.Decision)).DistinctBy(n => n.Decision).Take(MostHandoffs)
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
