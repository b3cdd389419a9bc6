using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Fetches what a group of signals is about to touch, so that its cache misses overlap instead of being waited for one by one.</summary>
/// <remarks>
/// Three looks at the whole group: table slot, visitor, window block; each needs what the one before has fetched. Reads state, changes none.
/// One owner; reused.
/// </remarks>
internal sealed class Prefetcher
{
    /// <summary>Signals fetched at a time: their blocks fit into the second-level cache beside the model.</summary>
    public const int Group = 64;

    private readonly PartitionState[] _partitions = new PartitionState[Group];
    private readonly VisitorId[] _visitors = new VisitorId[Group];
    private readonly VisitorState?[] _found = new VisitorState?[Group];
    private int _count;

    public bool IsFull => _count == Group;

    /// <summary>Adds a signal of this visitor to the group.</summary>
    public void Add(PartitionState partition, VisitorId visitor)
    {
        _partitions[_count] = partition;
        _visitors[_count++] = visitor;
        partition.FetchSlot(visitor);
    }

    /// <summary>Fetches the group's visitors and blocks, and empties it.</summary>
    public void Run()
    {
        for (var i = 0; i < _count; i++)
        {
            var visitor = _partitions[i].Likely(_visitors[i]);
            _found[i] = visitor;
            visitor?.Fetch();
        }

        for (var i = 0; i < _count; i++)
        {
            _found[i]?.FetchBlock();
        }

        _count = 0;
    }
}
