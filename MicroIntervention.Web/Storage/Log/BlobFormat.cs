using System.Buffers.Binary;
using System.Numerics;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Sizes and places in a blob of records, version 1 (docs/log-format.md). Everything is little-endian except hashes.</summary>
internal static class BlobFormat
{
    /// <summary>"MIB" and the version.</summary>
    public const uint Magic = 0x0142494d;

    public const int ChecksumAt = 4;
    public const int RecordCountAt = 8;
    public const int SessionCountAt = 12;
    public const int GroupCountAt = 16;
    public const int RecordsLengthAt = 20;
    public const int PayloadLengthAt = 24;
    public const int ReservedAt = 28;
    public const int BlobIdAt = 32;
    public const int FirstAtAt = 40;
    public const int BlobKeyAt = 48;
    public const int FixedLength = 56;
    public const int GroupLength = 28;
    public const int TagLength = 16;
    public const int SessionPrefixLength = 8;

    /// <summary>Where a blob is closed and the next begins. Larger ones spread over more overflow pages without saving time.</summary>
    public const int TargetLength = 64 * 1024;

    // Bits of a record's first byte: which optional fields follow.
    public const byte HasExplicitSession = 1;
    public const byte HasMessage = 2;
    public const byte HasAbout = 4;
    public const byte HasZone = 8;

    /// <summary>The nonce of a blob: its id. A key is made and used in one run of the process only, and a run never gives a blob id twice, not even after a failed commit.</summary>
    public static void WriteNonce(Span<byte> nonce, long blobId)
    {
        nonce[..4].Clear();
        BinaryPrimitives.WriteInt64LittleEndian(nonce[4..], blobId);
    }

    /// <summary>CRC-32C (Castagnoli).</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
