using System.Buffers.Binary;

namespace MicroIntervention.Engine.Primitives;

/// <summary>A hash as a place in [0, 1): whoever lies below a share is in it, and stays in it when the share grows.</summary>
public static class UnitShare
{
    /// <summary>The first 8 bytes, big-endian, over 2^64; kept to 53 bits, so that it is always below 1.</summary>
    /// <param name="hash">At least 8 evenly distributed bytes.</param>
    public static double Of(ReadOnlySpan<byte> hash) => Of(BinaryPrimitives.ReadUInt64BigEndian(hash));

    public static double Of(Hash128 hash) => Of(hash.High);

    private static double Of(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));
}
