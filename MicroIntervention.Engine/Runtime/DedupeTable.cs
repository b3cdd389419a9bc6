using System.Numerics;
using System.Runtime.CompilerServices;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Message keys of the last hours: what makes a retried event count once.</summary>
/// <remarks>
/// Fixed-capacity open-addressing tables, a new one each hour or when the current one is 7/8 full; nothing is ever resized.
/// Not thread-safe: one shard owns it. About 16 bytes × capacity a table; the look-up touches one cache line a table.
/// </remarks>
internal sealed partial class DedupeTable
{
    private readonly int _capacity;
    private readonly int _limit;
    private readonly Table?[] _tables;
    private int _current;

    /// <param name="keysPerTable">Rounded up to a power of two.</param>
    /// <param name="tables">How many are kept.</param>
    public DedupeTable(int keysPerTable, int tables)
    {
        _capacity = (int)BitOperations.RoundUpToPowerOf2((uint)keysPerTable);
        _limit = _capacity - (_capacity / 8);
        _tables = new Table?[tables];
    }

    /// <summary>Number of the table begun last.</summary>
    private long _generation;

    /// <summary>Oldest moment that is still remembered completely: a retry from before it may count twice.</summary>
    public Moment RememberedSince { get; private set; }

    /// <summary>Remembers the key; false when it was known already.</summary>
    public bool TryAdd(MessageKey message, Moment at)
    {
        var key = message.Value;
        foreach (var table in _tables)
        {
            if (table is not null && table.Contains(key))
            {
                return false;
            }
        }

        Current(at).Add(key);
        return true;
    }

    private Table Current(Moment at)
    {
        var hour = at.Milliseconds / 3_600_000;
        var table = _tables[_current];
        if (table is not null && table.Count < _limit && (table.Hour == hour || table.Count < _limit / _tables.Length))
        {
            // An hour with little in it shares its table with the next one.
            table.Hour = hour;
            return table;
        }

        if (table is not null)
        {
            _current = (_current + 1) % _tables.Length;
        }

        table = _tables[_current];
        if (table is null)
        {
            table = _tables[_current] = new Table(_capacity);
        }
        else
        {
            RememberedSince = table.LastAt;
            table.Clear();
        }

        table.Hour = hour;
        table.Generation = ++_generation;
        return table;
    }

    private sealed class Table(int capacity)
    {
        private readonly Hash128[] _keys = new Hash128[capacity];
        private readonly int _mask = capacity - 1;
        private long _generation;

        public Span<Hash128> Slots => _keys;

        /// <summary>Rises with every table that is begun; another number means that the memory now serves another table.</summary>
        public long Generation
        {
            get => Volatile.Read(ref _generation);
            set => Volatile.Write(ref _generation, value);
        }

        public long Hour { get; set; }

        public int Count { get; private set; }

        public Moment LastAt => new((Hour + 1) * 3_600_000);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Contains(Hash128 key)
        {
            var keys = _keys;
            for (var i = (int)key.High & _mask; ; i = (i + 1) & _mask)
            {
                var held = keys[i];
                if (held == key)
                {
                    return true;
                }

                if (held.IsZero)
                {
                    return false;
                }
            }
        }

        public void Add(Hash128 key)
        {
            var i = (int)key.High & _mask;
            while (!_keys[i].IsZero)
            {
                i = (i + 1) & _mask;
            }

            _keys[i] = key;
            Count++;
        }

        /// <summary>After slots were filled from a copy.</summary>
        public void Recount()
        {
            Count = 0;
            foreach (ref readonly var key in _keys.AsSpan())
            {
                Count += key.IsZero ? 0 : 1;
            }
        }

        public void Clear()
        {
            // Before the first slot goes: whoever is copying them sees that they changed hands.
            Generation = 0;
            Thread.MemoryBarrier();
            Array.Clear(_keys);
            Count = 0;
        }
    }
}
