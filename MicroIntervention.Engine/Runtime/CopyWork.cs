namespace MicroIntervention.Engine.Runtime;

/// <summary>A request to a shard, carried out between two rounds, when everything it has done is with the log.</summary>
/// <param name="partition">What to copy; null copies none.</param>
/// <param name="buffer">Gets the copy.</param>
/// <param name="controls">Gets control records that are not in it yet.</param>
internal sealed class CopyWork(PartitionState? partition, CheckpointBuffer buffer, List<byte[]> controls)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    // Not a Lock: whoever asked waits on it.
    private readonly object _gate = new();
    private bool _isDone;

    /// <summary>Batches that the shard had handed to the log by then: once they are durable, everything in the copy is.</summary>
    public long Batches { get; private set; }

    /// <summary>The shard's tables of message keys then.</summary>
    public DedupeTable.View[] Tables { get; private set; } = [];

    /// <summary>How long the shard was held up.</summary>
    public TimeSpan Took { get; private set; }

    public void Run(DedupeTable dedupe, long batches, TimeProvider time)
    {
        var from = time.GetTimestamp();
        partition?.Write(buffer, controls);
        Tables = dedupe.Look();
        Batches = batches;
        Took = time.GetElapsedTime(from);
        lock (_gate)
        {
            _isDone = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until it is done; false when it was given up meanwhile. Then the buffer is the shard's, who may still come to it.</summary>
    public bool Wait(Func<bool> isGivenUp)
    {
        lock (_gate)
        {
            while (!_isDone)
            {
                if (isGivenUp())
                {
                    return false;
                }

                Monitor.Wait(_gate, LookEvery);
            }

            return true;
        }
    }
}
