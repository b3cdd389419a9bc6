using MicroIntervention.Engine.Delivery;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Totals since the start. Written by many threads, read by pages and meters.</summary>
public sealed class EngineCounters
{
    private readonly long[] _deliveries = new long[Enum.GetValues<DeliveryResult>().Length];
    private readonly long[] _reasons = new long[32];
    private long _signals;
    private long _late;
    private long _duplicates;
    private long _refused;
    private long _decisions;
    private long _notesLost;

    /// <summary>Signals that were new, late ones included.</summary>
    public long Signals => Volatile.Read(ref _signals);

    public long Late => Volatile.Read(ref _late);

    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Signals answered with 429 because queues were full.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Notes of what became of prompts that the log did not get, because too many waited for it.</summary>
    public long NotesLost => Volatile.Read(ref _notesLost);

    public long Decisions => Volatile.Read(ref _decisions);

    public long Delivered(DeliveryResult result) => Volatile.Read(ref _deliveries[(int)result]);

    public long ByReason(Decisions.DecisionReason reason) => Volatile.Read(ref _reasons[(int)reason]);

    internal void AddSignals(int signals, int late, int duplicates)
    {
        Interlocked.Add(ref _signals, signals);
        Interlocked.Add(ref _late, late);
        Interlocked.Add(ref _duplicates, duplicates);
    }

    internal void AddRefused(int signals) => Interlocked.Add(ref _refused, signals);

    internal void AddNoteLost() => Interlocked.Increment(ref _notesLost);

    internal void AddDecision(Decisions.DecisionReason reason)
    {
        Interlocked.Increment(ref _decisions);
        Interlocked.Increment(ref _reasons[(int)reason]);
    }

    internal void AddDelivery(DeliveryResult result) => Interlocked.Increment(ref _deliveries[(int)result]);
}
