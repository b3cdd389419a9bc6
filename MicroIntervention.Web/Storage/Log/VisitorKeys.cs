using System.Security.Cryptography;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>The writer's keys: a visitor it has seen lately keeps its key, any other gets a new random one, stored by the same transaction.</summary>
/// <remarks>
/// A visitor may have several keys in a segment: so no lookup by visitor, and no random index, is ever needed while writing; rows are only appended.
/// Bounded: keys in two generations (about 150 bytes each), ready ciphers in a ring (about 1.3 KB each). Used by the commit thread under the log's gate.
/// </remarks>
internal sealed class VisitorKeys(int capacity, int cipherCapacity, Action<VisitorKey> store) : IDisposable
{
    private const int KeySize = 32;
    private readonly RandomBytes _random = new();
    private readonly VisitorKey?[] _ready = new VisitorKey?[cipherCapacity];
    private readonly List<VisitorKey> _uncommitted = [];
    private Dictionary<VisitorId, VisitorKey> _recent = new();
    private Dictionary<VisitorId, VisitorKey> _older = new();
    private int _readyHand;
    private long _nextId;

    /// <summary>Starts a segment: its keys are its own. Ids never fall in a run; <paramref name="firstId"/> is above every id in the segment.</summary>
    public void StartSegment(long firstId)
    {
        Forget();
        _nextId = Math.Max(_nextId, firstId);
    }

    /// <summary>The visitor's key, with its cipher ready.</summary>
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

        if (key.Cipher is null)
        {
            Ready(key);
        }

        return key;
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
        if (_recent.Remove(visitor, out var key) || _older.Remove(visitor, out key))
        {
            Destroy(key);
        }
    }

    public void Dispose() => Forget();

    private VisitorKey Make(VisitorId visitor)
    {
        var bytes = new byte[KeySize];
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
                // One still waiting for its commit may go too: it is stored, only never used again.
                Destroy(old);
            }

            _older.Clear();
            (_recent, _older) = (_older, _recent);
        }

        _recent.Add(key.Visitor, key);
    }

    private void Ready(VisitorKey key)
    {
        ref var place = ref _ready[_readyHand];
        if (place is { } previous)
        {
            previous.Cipher?.Dispose();
            previous.Cipher = null;
        }

        place = key;
        _readyHand = (_readyHand + 1) % _ready.Length;
        key.Cipher = new AesGcm(key.Key, BlobFormat.TagLength);
    }

    private void Forget()
    {
        foreach (var key in _recent.Values.Concat(_older.Values))
        {
            Destroy(key);
        }

        _recent.Clear();
        _older.Clear();
        _uncommitted.Clear();
        Array.Clear(_ready);
    }

    private static void Destroy(VisitorKey key)
    {
        key.Cipher?.Dispose();
        key.Cipher = null;
        CryptographicOperations.ZeroMemory(key.Key);
    }
}
