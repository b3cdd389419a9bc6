using System.Buffers.Binary;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Reads what <see cref="ByteWriter"/> wrote.</summary>
/// <remarks>Running past the end throws <see cref="ArgumentOutOfRangeException"/> or <see cref="IndexOutOfRangeException"/>; the decoder turns both into corruption.</remarks>
internal ref struct ByteCursor(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte Byte()
    {
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public Hash128 Hash()
    {
        var value = Hash128.Read(_rest);
        _rest = _rest[Hash128.Size..];
        return value;
    }

    public long Long()
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(_rest);
        _rest = _rest[8..];
        return value;
    }

    public int Int()
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        _rest = _rest[4..];
        return value;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < 10; i++)
        {
            var one = _rest[i];
            value |= (ulong)(one & 0x7f) << (7 * i);
            if (one < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(bytes), "A number does not end.");
    }

    public long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }
}
