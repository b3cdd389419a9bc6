using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Backup;

/// <summary>Puts wrapped keys back into one restored segment, each after a look at its seal.</summary>
internal sealed class SegmentKeys : IDisposable
{
    private readonly SqliteFile _file;
    private readonly KeyWrap _wrap;
    private readonly SqliteStatement _insert;
    private readonly byte[] _key = new byte[VisitorCipher.KeySize];

    public SegmentKeys(LogSegment segment, Installation installation)
    {
        if (!File.Exists(segment.Path))
        {
            throw KeysFile.Changed();
        }

        Number = segment.Number;
        _file = SqliteFile.OpenForWriting(segment.Path, create: false);
        _wrap = installation.Wrap("segment", SegmentMeta.Read(_file, installation).Salt);
        _file.Execute("PRAGMA synchronous=FULL");
        _file.Execute("BEGIN IMMEDIATE");
        _insert = _file.Prepare("INSERT INTO visitor_key(id, visitor, wrapped) VALUES (?, ?, ?)");
    }

    public long Number { get; }

    /// <exception cref="BackupException">The wrapped key was changed.</exception>
    public void Add(long id, VisitorId visitor, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.ContainsAnyExcept((byte)0) && !_wrap.TryUnwrap(wrapped, _key))
        {
            throw KeysFile.Changed();
        }

        _insert.Bind(1, id).Bind(2, visitor.Value.ToBytes()).Bind(3, wrapped).Run();
    }

    public void Finish() => _file.Execute("COMMIT");

    public void Dispose()
    {
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(_key);
        _insert.Dispose();
        _wrap.Dispose();
        _file.Dispose();
    }
}
