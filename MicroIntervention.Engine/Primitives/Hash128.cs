using System.Buffers.Binary;
using System.Globalization;

namespace MicroIntervention.Engine.Primitives;

/// <summary>128 bits of a keyed hash; the value inside every id. Zero means "none".</summary>
public readonly record struct Hash128(ulong High, ulong Low) : IComparable<Hash128>
{
    /// <summary>Bytes that <see cref="Write"/> writes and <see cref="Read"/> reads.</summary>
    public const int Size = 16;

    public bool IsZero => (High | Low) == 0;

    public static Hash128 Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    /// <summary>Reads 32 hexadecimal digits; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash128 hash)
    {
        hash = default;
        if (text.Length != 32 ||
            !ulong.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high) ||
            !ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
        {
            return false;
        }

        hash = new Hash128(high, low);
        return true;
    }

    public int CompareTo(Hash128 other)
    {
        var byHigh = High.CompareTo(other.High);
        return byHigh != 0 ? byHigh : Low.CompareTo(other.Low);
    }

    public static bool operator <(Hash128 a, Hash128 b) => a.CompareTo(b) < 0;

    public static bool operator >(Hash128 a, Hash128 b) => a.CompareTo(b) > 0;

    public static bool operator <=(Hash128 a, Hash128 b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Hash128 a, Hash128 b) => a.CompareTo(b) >= 0;

    public override string ToString() => High.ToString("x16", CultureInfo.InvariantCulture) + Low.ToString("x16", CultureInfo.InvariantCulture);
}
