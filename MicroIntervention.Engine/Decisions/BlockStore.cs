using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>Blocks of one size for the windows of many sessions, in large arrays that the garbage collector does not walk.</summary>
/// <remarks>Not thread-safe: one shard owns it. Memory grows by <see cref="ChunkBytes"/> and is reused, never shrunk.</remarks>
internal sealed class BlockStore
{
    private const int ChunkBytes = 64 * 1024;
    private readonly int _shift;
    private readonly Stack<int> _free = new();
    private byte[][] _chunks = [];
    private int _used;

    public BlockStore(int blockSize)
    {
        BlockSize = Math.Max(blockSize, 8);
        _shift = System.Numerics.BitOperations.Log2((uint)Math.Max(1, ChunkBytes / BlockSize));
    }

    public int BlockSize { get; }

    /// <summary>Blocks handed out.</summary>
    public int Live => _used - _free.Count;

    public Span<byte> this[int block] => _chunks[block >> _shift].AsSpan((block & ((1 << _shift) - 1)) * BlockSize, BlockSize);

    /// <summary>Asks for a block's memory, without looking at its array's length.</summary>
    public void Fetch(int block) => CacheHint.Fetch(
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks[block >> _shift]), (block & ((1 << _shift) - 1)) * BlockSize), BlockSize);

    /// <summary>A block with whatever its former owner left in it.</summary>
    public int Rent()
    {
        if (_free.TryPop(out var block))
        {
            return block;
        }

        if (_used == _chunks.Length << _shift)
        {
            Array.Resize(ref _chunks, _chunks.Length + 1);
            _chunks[^1] = GC.AllocateUninitializedArray<byte>(BlockSize << _shift);
        }

        return _used++;
    }

    public void Return(int block) => _free.Push(block);
}
