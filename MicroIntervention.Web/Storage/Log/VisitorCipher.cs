using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;
using LibraryAes = System.Security.Cryptography.Aes;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>AES-256 in counter mode under one visitor's key: the inner layer, whose only job is that destroying the key destroys the text.</summary>
/// <remarks>
/// Secrecy and authenticity of a blob come from the library's AES-GCM around it. The library costs 1 to 2 µs per call and key, which per event would
/// be more than all the rest of the log; with the processor's AES instructions a 250-byte event takes some 60 ns, key schedule included. Without them the
/// library does the same, slower. Both give the same bytes (tested against the library and NIST SP 800-38A). The counter block is the blob's id, then a
/// count of blocks, both big-endian; a key is used in one run only, and once per blob.
/// </remarks>
internal static class VisitorCipher
{
    public const int KeySize = 32;
    private const int BlockSize = 16;
    private const int RoundKeys = 15;

    /// <summary>Enciphers or deciphers in place.</summary>
    public static void Apply(ReadOnlySpan<byte> key, long blobId, Span<byte> data)
    {
        if (AesInstructions.IsSupported && BitConverter.IsLittleEndian)
        {
            ApplyInstructions(key, blobId, data);
        }
        else
        {
            ApplyLibrary(key, blobId, data);
        }
    }

    /// <summary>The portable way; also what tests compare with.</summary>
    internal static void ApplyLibrary(ReadOnlySpan<byte> key, long blobId, Span<byte> data)
    {
        using var aes = LibraryAes.Create();
        aes.Key = key.ToArray();
        var blocks = new byte[(data.Length + BlockSize - 1) / BlockSize * BlockSize];
        for (var i = 0; i < blocks.Length / BlockSize; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(blocks.AsSpan(i * BlockSize), blobId);
            BinaryPrimitives.WriteInt64BigEndian(blocks.AsSpan((i * BlockSize) + 8), i);
        }

        var stream = aes.EncryptEcb(blocks, System.Security.Cryptography.PaddingMode.None);
        for (var i = 0; i < data.Length; i++)
        {
            data[i] ^= stream[i];
        }
    }

    private static void ApplyInstructions(ReadOnlySpan<byte> key, long blobId, Span<byte> data)
    {
        Span<Vector128<byte>> roundKeys = stackalloc Vector128<byte>[RoundKeys];
        Expand(key, roundKeys);
        var high = BinaryPrimitives.ReverseEndianness(blobId);
        var count = 0L;
        while (data.Length >= 4 * BlockSize)
        {
            // Four blocks side by side: one AES round takes several cycles to answer but can be started every cycle.
            var a = Counter(high, count) ^ roundKeys[0];
            var b = Counter(high, count + 1) ^ roundKeys[0];
            var c = Counter(high, count + 2) ^ roundKeys[0];
            var d = Counter(high, count + 3) ^ roundKeys[0];
            for (var round = 1; round < RoundKeys - 1; round++)
            {
                var roundKey = roundKeys[round];
                a = AesInstructions.Encrypt(a, roundKey);
                b = AesInstructions.Encrypt(b, roundKey);
                c = AesInstructions.Encrypt(c, roundKey);
                d = AesInstructions.Encrypt(d, roundKey);
            }

            Mix(data, AesInstructions.EncryptLast(a, roundKeys[RoundKeys - 1]));
            Mix(data[BlockSize..], AesInstructions.EncryptLast(b, roundKeys[RoundKeys - 1]));
            Mix(data[(2 * BlockSize)..], AesInstructions.EncryptLast(c, roundKeys[RoundKeys - 1]));
            Mix(data[(3 * BlockSize)..], AesInstructions.EncryptLast(d, roundKeys[RoundKeys - 1]));
            count += 4;
            data = data[(4 * BlockSize)..];
        }

        Span<byte> last = stackalloc byte[BlockSize];
        for (; data.Length > 0; count++)
        {
            var block = Counter(high, count) ^ roundKeys[0];
            for (var round = 1; round < RoundKeys - 1; round++)
            {
                block = AesInstructions.Encrypt(block, roundKeys[round]);
            }

            block = AesInstructions.EncryptLast(block, roundKeys[RoundKeys - 1]);
            if (data.Length >= BlockSize)
            {
                Mix(data, block);
                data = data[BlockSize..];
                continue;
            }

            block.CopyTo(last);
            for (var i = 0; i < data.Length; i++)
            {
                data[i] ^= last[i];
            }

            break;
        }

        roundKeys.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Counter(long high, long count) =>
        Vector128.Create(high, BinaryPrimitives.ReverseEndianness(count)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(Span<byte> data, Vector128<byte> stream)
    {
        ref var place = ref MemoryMarshal.GetReference(data[..BlockSize]);
        (Vector128.LoadUnsafe(ref place) ^ stream).StoreUnsafe(ref place);
    }

    /// <summary>The key schedule of FIPS 197 for 256-bit keys.</summary>
    private static void Expand(ReadOnlySpan<byte> key, Span<Vector128<byte>> roundKeys)
    {
        var even = Vector128.Create(key[..BlockSize]);
        var odd = Vector128.Create(key[BlockSize..KeySize]);
        roundKeys[0] = even;
        roundKeys[1] = odd;
        roundKeys[2] = even = Even(even, AesInstructions.KeygenAssist(odd, 0x01));
        roundKeys[3] = odd = Odd(odd, even);
        roundKeys[4] = even = Even(even, AesInstructions.KeygenAssist(odd, 0x02));
        roundKeys[5] = odd = Odd(odd, even);
        roundKeys[6] = even = Even(even, AesInstructions.KeygenAssist(odd, 0x04));
        roundKeys[7] = odd = Odd(odd, even);
        roundKeys[8] = even = Even(even, AesInstructions.KeygenAssist(odd, 0x08));
        roundKeys[9] = odd = Odd(odd, even);
        roundKeys[10] = even = Even(even, AesInstructions.KeygenAssist(odd, 0x10));
        roundKeys[11] = odd = Odd(odd, even);
        roundKeys[12] = even = Even(even, AesInstructions.KeygenAssist(odd, 0x20));
        roundKeys[13] = odd = Odd(odd, even);
        roundKeys[14] = Even(even, AesInstructions.KeygenAssist(odd, 0x40));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Even(Vector128<byte> previous, Vector128<byte> assist) =>
        Spread(previous) ^ Sse2.Shuffle(assist.AsInt32(), 0xff).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Odd(Vector128<byte> previous, Vector128<byte> even) =>
        Spread(previous) ^ Sse2.Shuffle(AesInstructions.KeygenAssist(even, 0).AsInt32(), 0xaa).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Spread(Vector128<byte> words)
    {
        words ^= Sse2.ShiftLeftLogical128BitLane(words, 4);
        return words ^ Sse2.ShiftLeftLogical128BitLane(words, 8);
    }
}
