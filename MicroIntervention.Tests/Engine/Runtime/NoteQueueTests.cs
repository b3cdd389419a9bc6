using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>Notes that wait for a log which cannot be written are bounded, and what is not kept is counted.</summary>
public sealed class NoteQueueTests
{
    [Fact]
    public void Add_ToAFullQueue_KeepsTheOldestAndCountsTheRest()
    {
        var counters = new EngineCounters();
        var queue = new NoteQueue(3, counters);
        for (var i = 1; i <= 5; i++)
        {
            queue.Add(Note(i));
        }

        var taken = new List<DeliveryNote>();
        queue.TakeInto(taken);
        Assert.Equal([Note(1), Note(2), Note(3)], taken);
        Assert.Equal(2, counters.NotesLost);

        queue.Add(Note(6));
        queue.TakeInto(taken);
        Assert.Equal(Note(6), taken[^1]);
        Assert.Equal(2, counters.NotesLost);
    }

    [Fact]
    public void Add_ByManyAtOnce_LosesNoneWithinTheLimit()
    {
        var counters = new EngineCounters();
        var queue = new NoteQueue(4_000, counters);
        var taken = new List<DeliveryNote>();
        Parallel.For(0, 4_000, i => queue.Add(Note(i)));
        queue.TakeInto(taken);
        Assert.Equal(4_000, taken.Distinct().Count());
        Assert.Equal(0, counters.NotesLost);
    }

    private static DeliveryNote Note(int number) => new(new DecisionId(new Hash128((ulong)number, 1)), new VisitorId(new Hash128(1, 1)), DeliveryNoteKind.Sent, new Moment(number));
}
