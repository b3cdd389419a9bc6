using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>A growing byte buffer that is kept between blobs.</summary>
internal sealed class ByteWriter(int capacity)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>The next <paramref name="count"/> bytes, for the caller to fill.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Take(int count)
    {
        var start = Length;
        if (_bytes.Length - start < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, start + count));
        }

        Length = start + count;
        return _bytes.AsSpan(start, count);
    }

    public Span<byte> At(int start, int count) => _bytes.AsSpan(start, count);

    public void Byte(byte value) => Take(1)[0] = value;

    public void Int(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    public void Long(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Hash(Hash128 value) => value.Write(Take(Hash128.Size));

    /// <summary>Seven bits a byte, low ones first.</summary>
    public void Varint(ulong value)
    {
        var free = Take(10);
        var used = 0;
        while (value >= 0x80)
        {
            free[used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        free[used++] = (byte)value;
        Length -= 10 - used;
    }

    /// <summary>Signed: small magnitudes stay short.</summary>
    public void Signed(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));
}
