using System.Buffers.Binary;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Reads what <see cref="CheckpointBuffer"/> wrote; past the end it throws <see cref="ArgumentOutOfRangeException"/>.</summary>
internal ref struct CheckpointCursor(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    public readonly bool IsAtEnd => _left.IsEmpty;

    public byte Byte() => Raw(1)[0];

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Raw(4));

    /// <summary>A number of things that each take at least so many bytes: more than there can be is damage.</summary>
    public int Count(int bytesEach)
    {
        var count = Int();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)count * bytesEach, _left.Length);
        return count;
    }

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Raw(8));

    public Moment At() => new(Long());

    public Hash128 Hash()
    {
        var high = unchecked((ulong)Long());
        return new Hash128(high, unchecked((ulong)Long()));
    }

    public ReadOnlySpan<byte> Block() => Raw(Count(1));

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Raw(_left.Length);

    public ReadOnlySpan<byte> Raw(int count)
    {
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
