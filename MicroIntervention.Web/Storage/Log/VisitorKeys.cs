using System.Security.Cryptography;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>The writer's keys: a visitor it has seen lately keeps its key, any other gets a new random one, stored by the same transaction.</summary>
/// <remarks>
/// A visitor may have several keys in a segment: so no lookup by visitor, and no random index, is ever needed while writing; rows are only appended.
/// Every key is made and used in one run of the process. Bounded: two generations, about 150 bytes a key. Used under the log's gate.
/// </remarks>
internal sealed class VisitorKeys(int capacity, Action<VisitorKey> store) : IDisposable
{
    private readonly RandomBytes _random = new();
    private readonly List<VisitorKey> _uncommitted = [];
    private Dictionary<VisitorId, VisitorKey> _recent = new();
    private Dictionary<VisitorId, VisitorKey> _older = new();
    private VisitorKey? _blobKey;
    private AesGcm? _blobCipher;
    private long _nextId;

    /// <summary>Starts a segment: its keys are its own. Ids never fall in a run; <paramref name="firstId"/> is above every id in the segment.</summary>
    public void StartSegment(long firstId)
    {
        Forget();
        _nextId = Math.Max(_nextId, firstId);
    }

    public VisitorKey For(VisitorId visitor)
    {
        if (!_recent.TryGetValue(visitor, out var key))
        {
            if (!_older.Remove(visitor, out key))
            {
                key = Make(visitor);
            }

            Keep(key);
        }

        return key;
    }

    /// <summary>The cipher around whole blobs in this segment and run, and its key's id.</summary>
    public (AesGcm Cipher, long KeyId) ForBlobs()
    {
        if (_blobKey is null || _blobCipher is null)
        {
            _blobKey = Make(default);
            _blobCipher = new AesGcm(_blobKey.Key, KeyWrap.TagSize);
        }

        return (_blobCipher, _blobKey.Id);
    }

    /// <summary>The transaction that stored the new keys is durable.</summary>
    public void Committed() => _uncommitted.Clear();

    /// <summary>It failed: what it stored is gone, so nothing may use those keys.</summary>
    public void RolledBack()
    {
        foreach (var key in _uncommitted)
        {
            Drop(key.Visitor);
        }

        _uncommitted.Clear();
    }

    /// <summary>The visitor's key was destroyed on disk.</summary>
    public void Drop(VisitorId visitor)
    {
        if (visitor == default)
        {
            ForgetBlobKey();
        }
        else if (_recent.Remove(visitor, out var key) || _older.Remove(visitor, out key))
        {
            CryptographicOperations.ZeroMemory(key.Key);
        }
    }

    public void Dispose() => Forget();

    private VisitorKey Make(VisitorId visitor)
    {
        var bytes = new byte[VisitorCipher.KeySize];
        _random.Fill(bytes);
        var key = new VisitorKey(visitor, _nextId++, bytes);
        store(key);
        _uncommitted.Add(key);
        return key;
    }

    private void Keep(VisitorKey key)
    {
        if (_recent.Count >= capacity / 2)
        {
            foreach (var old in _older.Values)
            {
                // Out of use for half a capacity of visitors, so certainly not in the blob under way.
                CryptographicOperations.ZeroMemory(old.Key);
            }

            _older.Clear();
            (_recent, _older) = (_older, _recent);
        }

        _recent.Add(key.Visitor, key);
    }

    private void Forget()
    {
        foreach (var key in _recent.Values.Concat(_older.Values))
        {
            CryptographicOperations.ZeroMemory(key.Key);
        }

        _recent.Clear();
        _older.Clear();
        _uncommitted.Clear();
        ForgetBlobKey();
    }

    private void ForgetBlobKey()
    {
        _blobCipher?.Dispose();
        (_blobCipher, _blobKey) = (null, null);
    }
}
