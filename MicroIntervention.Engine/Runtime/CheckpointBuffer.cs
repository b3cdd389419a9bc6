using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Bytes of a checkpoint under way, in a pooled array that grows. Little-endian.</summary>
/// <remarks>One owner; <see cref="Dispose"/> gives the array back.</remarks>
internal sealed class CheckpointBuffer : IDisposable
{
    private bool _isAbandoned;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1 << 20);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>CRC-32C (Castagnoli), begun with all ones and inverted at the end.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, eight);
        }

        foreach (var one in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }

    public void Clear() => Length = 0;

    public void Byte(byte value) => Take(1)[0] = value;

    public void Int(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    public void Long(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void At(Moment value) => Long(value.Milliseconds);

    public void Hash(Hash128 value)
    {
        Long(unchecked((long)value.High));
        Long(unchecked((long)value.Low));
    }

    /// <summary>The bytes alone; their length is known to the reader.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Length, then the bytes.</summary>
    public void Block(ReadOnlySpan<byte> bytes)
    {
        Int(bytes.Length);
        Raw(bytes);
    }

    /// <summary>The array goes back to nobody: somebody may still write into it.</summary>
    public void Abandon() => _isAbandoned = true;

    public void Dispose()
    {
        if (_isAbandoned)
        {
            return;
        }

        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - Length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked((int)Math.Min(Array.MaxLength, Math.Max(2L * _bytes.Length, (long)Length + count))));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        var taken = _bytes.AsSpan(Length, count);
        Length += count;
        return taken;
    }
}
