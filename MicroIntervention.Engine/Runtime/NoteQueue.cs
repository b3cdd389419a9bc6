using System.Collections.Concurrent;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Notes of what became of prompts that wait for their shard's next batch. Bounded; a full queue keeps no more, and counts what it did not keep.</summary>
/// <remarks>
/// Any thread adds, the shard takes. It fills only while the log cannot be written. Nobody waits here: those who add are channels and the commit thread itself.
/// A note that was not kept is as one that a crash took: its prompt is at worst sent twice under one id, or shown as expired though it was sent; its handoff is sent again.
/// </remarks>
internal sealed class NoteQueue(int limit, EngineCounters counters)
{
    private readonly ConcurrentQueue<DeliveryNote> _notes = new();
    private int _count;

    public void Add(in DeliveryNote note)
    {
        if (Interlocked.Increment(ref _count) > limit)
        {
            Interlocked.Decrement(ref _count);
            counters.AddNoteLost();
            return;
        }

        _notes.Enqueue(note);
    }

    /// <summary>Moves everything that waits.</summary>
    public void TakeInto(List<DeliveryNote> notes)
    {
        while (_notes.TryDequeue(out var note))
        {
            Interlocked.Decrement(ref _count);
            notes.Add(note);
        }
    }
}
