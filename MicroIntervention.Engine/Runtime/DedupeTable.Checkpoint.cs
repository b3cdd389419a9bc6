using System.Runtime.InteropServices;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <content>The tables as bytes of a checkpoint, and back.</content>
/// <remarks>
/// Keys are only ever added to a table, so another thread may copy it while its owner goes on: what was there before the copy began is in it. A key
/// that is just being written may come out torn, which is a key that nobody has; its record comes after the copied partitions and is read from the log.
/// </remarks>
internal sealed partial class DedupeTable
{
    // A table less full than a quarter is smaller, and soon enough read, as a list of its keys.
    private const int SparseBelow = 4;
    private const byte AllSlots = 0;
    private const byte KeysOnly = 1;

    /// <summary>The first table begun in this life is numbered above this one: files of former lives never mean a new table.</summary>
    public void NumberFrom(long generation) => _generation = Math.Max(_generation, generation);

    /// <summary>The tables now, oldest first. On the owner's thread.</summary>
    public View[] Look()
    {
        var views = new List<View>(_tables.Length);
        for (var i = 1; i <= _tables.Length; i++)
        {
            if (_tables[(_current + i) % _tables.Length] is { } table)
            {
                views.Add(new View(table.Generation, table.Hour, i == _tables.Length, table));
            }
        }

        return [.. views];
    }

    /// <summary>Writes one table. Any thread.</summary>
    /// <returns>False when the table was given up for a newer one meanwhile: what was written is worthless.</returns>
    public static bool Write(in View view, CheckpointBuffer to)
    {
        var table = (Table)view.Table;
        var slots = table.Slots;
        to.Long(view.Generation);
        to.Long(view.Hour);
        to.Int(slots.Length);
        if (table.Count > slots.Length / SparseBelow)
        {
            to.Byte(AllSlots);
            to.Raw(MemoryMarshal.AsBytes(slots));
        }
        else
        {
            to.Byte(KeysOnly);
            foreach (ref readonly var key in slots)
            {
                if (!key.IsZero)
                {
                    to.Raw(MemoryMarshal.AsBytes(new ReadOnlySpan<Hash128>(in key)));
                }
            }
        }

        Thread.MemoryBarrier();
        return table.Generation == view.Generation;
    }

    /// <summary>Takes over what <see cref="Write"/> wrote, oldest table first.</summary>
    /// <exception cref="InvalidDataException">Tables of another size.</exception>
    public void Restore(ReadOnlySpan<byte> bytes)
    {
        var from = new CheckpointCursor(bytes);
        var generation = from.Long();
        var hour = from.Long();
        if (from.Int() != _capacity)
        {
            throw new InvalidDataException("Its tables of message keys have another size.");
        }

        if (_tables[_current] is not null)
        {
            _current = (_current + 1) % _tables.Length;
        }

        var table = _tables[_current] ??= new Table(_capacity);
        RememberedSince = table.Generation == 0 ? RememberedSince : table.LastAt;
        table.Clear();
        if (from.Byte() == AllSlots)
        {
            from.Raw(_capacity * Hash128.Size).CopyTo(MemoryMarshal.AsBytes(table.Slots));
            table.Recount();
        }
        else
        {
            var keys = MemoryMarshal.Cast<byte, Hash128>(from.Rest());
            ArgumentOutOfRangeException.ThrowIfGreaterThan(keys.Length, _limit);
            foreach (ref readonly var key in keys)
            {
                table.Add(key);
            }
        }

        table.Hour = hour;
        table.Generation = generation;
        NumberFrom(generation);
    }

    /// <summary>One table at one moment.</summary>
    /// <param name="Generation">Its number.</param>
    /// <param name="Hour">Its hour.</param>
    /// <param name="IsCurrent">Keys are still added to it; any other never changes again until it is given up.</param>
    /// <param name="Table">Itself.</param>
    public readonly record struct View(long Generation, long Hour, bool IsCurrent, object Table);
}
