using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>A partition's visitors by id: open addressing over references, about 13 bytes a visitor. One owner.</summary>
internal sealed class VisitorTable
{
    private VisitorState?[] _slots = new VisitorState?[64];

    public int Count { get; private set; }

    /// <summary>Slots, for a sweep that goes on where it stopped.</summary>
    public int Capacity => _slots.Length;

    public VisitorState? Find(VisitorId id)
    {
        var slots = _slots;
        for (var i = Home(id, slots.Length); slots[i] is { } held; i = (i + 1) & (slots.Length - 1))
        {
            if (held.Id == id)
            {
                return held;
            }
        }

        return null;
    }

    /// <summary>Asks for the memory of the slot where the visitor would be.</summary>
    public void Fetch(VisitorId id) => CacheHint.Fetch(ref _slots[Home(id, _slots.Length)]);

    /// <summary>Whoever holds the visitor's first slot: nearly always the visitor itself. A guess for fetching, made without touching the visitor.</summary>
    public VisitorState? Likely(VisitorId id) => _slots[Home(id, _slots.Length)];

    public void Add(VisitorState visitor)
    {
        if ((Count + 1) * 4 > _slots.Length * 3)
        {
            var old = _slots;
            _slots = new VisitorState?[old.Length * 2];
            foreach (var held in old)
            {
                if (held is not null)
                {
                    Place(held);
                }
            }
        }

        Place(visitor);
        Count++;
    }

    public VisitorState? At(int slot) => slot < _slots.Length ? _slots[slot] : null;

    /// <summary>Removes the visitor in this slot and closes the gap. The slot may hold another visitor afterwards.</summary>
    public void RemoveAt(int slot)
    {
        var mask = _slots.Length - 1;
        _slots[slot] = null;
        Count--;
        for (var i = (slot + 1) & mask; _slots[i] is { } held; i = (i + 1) & mask)
        {
            _slots[i] = null;
            Place(held);
        }
    }

    public IEnumerable<VisitorState> All() => _slots.Where(v => v is not null)!;

    private static int Home(VisitorId id, int capacity) => (int)(id.Value.High & (uint)(capacity - 1));

    private void Place(VisitorState visitor)
    {
        var i = Home(visitor.Id, _slots.Length);
        while (_slots[i] is not null)
        {
            i = (i + 1) & (_slots.Length - 1);
        }

        _slots[i] = visitor;
    }
}
