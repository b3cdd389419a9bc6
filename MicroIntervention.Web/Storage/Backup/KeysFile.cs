using System.Buffers.Binary;
using System.Security.Cryptography;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Backup;

/// <summary>The wrapped visitor keys of a backup, in a file of their own so that erasure can destroy some in place.</summary>
/// <remarks>16 bytes of head ("MIVK", version 1, zeros), then rows of 92 bytes: segment (8), id (8), visitor (16), wrapped key (60; zeros once erased); numbers little-endian.</remarks>
internal static class KeysFile
{
    public const string FileName = "visitor-keys";

    private const int HeadSize = 16;
    private const int NameSize = 32;
    private const int WrappedSize = VisitorCipher.KeySize + KeyWrap.Overhead;
    private const int RowSize = NameSize + WrappedSize;
    private const int RowsAtOnce = 4096;
    private static readonly byte[] Head = [(byte)'M', (byte)'I', (byte)'V', (byte)'K', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Receives the rows in order.</summary>
    public delegate void RowReader(long segment, long id, VisitorId visitor, ReadOnlySpan<byte> wrapped);

    /// <summary>Overwrites the keys of these visitors with zeros, in place, and waits until the disk has it.</summary>
    /// <returns>Keys destroyed; those destroyed before do not count again.</returns>
    public static int Erase(string backup, IReadOnlySet<VisitorId> visitors)
    {
        using var stream = new FileStream(Path.Combine(backup, FileName), FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var buffer = new byte[RowsAtOnce * RowSize];
        var destroyed = 0;
        stream.Position = HeadSize;
        for (int length; (length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
        {
            var found = 0;
            for (var at = 0; at + RowSize <= length; at += RowSize)
            {
                var wrapped = buffer.AsSpan(at + NameSize, WrappedSize);
                if (visitors.Contains(VisitorOf(buffer.AsSpan(at))) && wrapped.ContainsAnyExcept((byte)0))
                {
                    wrapped.Clear();
                    found++;
                }
            }

            if (found > 0)
            {
                stream.Position -= length;
                stream.Write(buffer, 0, length);
                destroyed += found;
            }
        }

        stream.Flush(flushToDisk: true);
        return destroyed;
    }

    /// <summary>Overwrites every key of an unfinished backup with zeros, waits until the disk has it, and leaves an empty file.</summary>
    public static void EraseAll(string backup)
    {
        using var stream = new FileStream(Path.Combine(backup, FileName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var zeros = new byte[RowsAtOnce * RowSize];
        for (var left = stream.Length; left > 0; left -= zeros.Length)
        {
            stream.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
        }

        stream.Flush(flushToDisk: true);
        stream.SetLength(0);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Reads every row.</summary>
    /// <exception cref="BackupException">The file is missing or not what <paramref name="expected"/> says.</exception>
    public static void Read(string backup, BackupKeys expected, RowReader reader)
    {
        var path = Path.Combine(backup, FileName);
        if (!File.Exists(path))
        {
            throw new BackupException($"{FileName} is missing from the backup.");
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var head = new byte[HeadSize];
        if (stream.Length != HeadSize + (expected.Rows * RowSize) || stream.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false) != HeadSize || !head.AsSpan().SequenceEqual(Head))
        {
            throw Changed();
        }

        using var names = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[RowsAtOnce * RowSize];
        for (int length; (length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
        {
            for (var at = 0; at + RowSize <= length; at += RowSize)
            {
                var row = buffer.AsSpan(at, RowSize);
                names.AppendData(row[..NameSize]);
                reader(BinaryPrimitives.ReadInt64LittleEndian(row), BinaryPrimitives.ReadInt64LittleEndian(row[8..]), VisitorOf(row), row[NameSize..]);
            }
        }

        if (Convert.ToHexStringLower(names.GetHashAndReset()) != expected.NamesSha256)
        {
            throw Changed();
        }
    }

    /// <summary>What to say of a file that is not as it was written.</summary>
    public static BackupException Changed() => new($"{FileName} was changed since the backup was made.");

    private static VisitorId VisitorOf(ReadOnlySpan<byte> row) => new(Hash128.Read(row[16..]));

    /// <summary>Writes a new file of keys.</summary>
    public sealed class Writer : IDisposable
    {
        private readonly FileStream _stream;
        private readonly IncrementalHash _names = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly byte[] _row = new byte[RowSize];
        private long _rows;

        public Writer(string backup)
        {
            var path = Path.Combine(backup, FileName);
            _stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 20);
            OwnerOnly.Restrict(path);
            _stream.Write(Head);
        }

        public void Add(long segment, long id, ReadOnlySpan<byte> visitor, ReadOnlySpan<byte> wrapped)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_row, segment);
            BinaryPrimitives.WriteInt64LittleEndian(_row.AsSpan(8), id);
            visitor.CopyTo(_row.AsSpan(16));
            wrapped.CopyTo(_row.AsSpan(NameSize));
            _names.AppendData(_row.AsSpan(0, NameSize));
            _stream.Write(_row);
            _rows++;
        }

        public BackupKeys Finish()
        {
            _stream.Flush(flushToDisk: true);
            return new BackupKeys(_rows, Convert.ToHexStringLower(_names.GetHashAndReset()));
        }

        public void Dispose()
        {
            _stream.Dispose();
            _names.Dispose();
        }
    }
}
