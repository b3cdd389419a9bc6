using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MicroIntervention.Engine.Primitives;

/// <summary>SipHash-2-4 with 128 bits of output under the installation's key: partition, visitor id, session id, decision id and message key are all this one function.</summary>
/// <remarks>
/// Thread-safe; no allocation. About 30 ns for a short input.
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", reference code (128-bit variant).
/// </remarks>
public sealed class KeyedHash
{
    /// <summary>Length of the key in bytes.</summary>
    public const int KeySize = 16;

    private readonly ulong _k0;
    private readonly ulong _k1;

    /// <param name="key">16 secret bytes, made once when the installation is created.</param>
    /// <exception cref="ArgumentException">The key is not 16 bytes long.</exception>
    public KeyedHash(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize)
        {
            throw new ArgumentException("The installation key is 16 bytes long.", nameof(key));
        }

        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    /// <summary>Hash of the bytes alone (no domain): the published function.</summary>
    public Hash128 Of(ReadOnlySpan<byte> input) => Sip(_k0, _k1, input);

    /// <summary>Hash of the bytes in a domain, so that equal bytes used for two purposes give unrelated values.</summary>
    public Hash128 Of(HashDomain domain, ReadOnlySpan<byte> input) => Sip(_k0 ^ (ulong)domain, _k1, input);

    /// <summary>Hash of two ids in a domain.</summary>
    public Hash128 Of(HashDomain domain, Hash128 first, Hash128 second)
    {
        Span<byte> bytes = stackalloc byte[2 * Hash128.Size];
        first.Write(bytes);
        second.Write(bytes[Hash128.Size..]);
        return Of(domain, bytes);
    }

    /// <summary>Hash of a name (UTF-8).</summary>
    public Hash128 Of(HashDomain domain, string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        var bytes = count <= 256 ? stackalloc byte[count] : new byte[count];
        Encoding.UTF8.GetBytes(text, bytes);
        return Of(domain, bytes);
    }

    private static Hash128 Sip(ulong k0, ulong k1, ReadOnlySpan<byte> input)
    {
        var v0 = 0x736f6d6570736575UL ^ k0;
        var v1 = 0x646f72616e646f6dUL ^ k1 ^ 0xee;
        var v2 = 0x6c7967656e657261UL ^ k0;
        var v3 = 0x7465646279746573UL ^ k1;
        var last = (ulong)(byte)input.Length << 56;
        while (input.Length >= 8)
        {
            var m = BinaryPrimitives.ReadUInt64LittleEndian(input);
            v3 ^= m;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= m;
            input = input[8..];
        }

        for (var i = 0; i < input.Length; i++)
        {
            last |= (ulong)input[i] << (8 * i);
        }

        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xee;
        Rounds4(ref v0, ref v1, ref v2, ref v3);
        var first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        Rounds4(ref v0, ref v1, ref v2, ref v3);
        return new Hash128(first, v0 ^ v1 ^ v2 ^ v3);
    }

    private static void Rounds4(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
