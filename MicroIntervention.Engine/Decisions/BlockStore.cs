namespace MicroIntervention.Engine.Decisions;

/// <summary>Blocks of one size for the windows of many sessions, in large arrays that the garbage collector does not walk.</summary>
/// <remarks>Not thread-safe: one shard owns it. Memory grows by <see cref="ChunkBytes"/> and is reused, never shrunk.</remarks>
internal sealed class BlockStore
{
    private const int ChunkBytes = 64 * 1024;
    private readonly int _perChunk;
    private readonly Stack<int> _free = new();
    private byte[][] _chunks = [];
    private int _used;

    public BlockStore(int blockSize)
    {
        BlockSize = Math.Max(blockSize, 8);
        _perChunk = Math.Max(1, ChunkBytes / BlockSize);
    }

    public int BlockSize { get; }

    /// <summary>Blocks handed out.</summary>
    public int Live => _used - _free.Count;

    public Span<byte> this[int block] => _chunks[block / _perChunk].AsSpan(block % _perChunk * BlockSize, BlockSize);

    /// <summary>A block with whatever its former owner left in it.</summary>
    public int Rent()
    {
        if (_free.TryPop(out var block))
        {
            return block;
        }

        if (_used == _chunks.Length * _perChunk)
        {
            Array.Resize(ref _chunks, _chunks.Length + 1);
            _chunks[^1] = GC.AllocateUninitializedArray<byte>(_perChunk * BlockSize, pinned: false);
        }

        return _used++;
    }

    public void Return(int block) => _free.Push(block);
}
