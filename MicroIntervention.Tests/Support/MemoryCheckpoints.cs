using System.Collections.Concurrent;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Tests.Support;

/// <summary>Checkpoints in memory, to be damaged at will. After <see cref="Freeze"/> nothing is written any more: what a killed process leaves behind.</summary>
internal sealed class MemoryCheckpoints : ICheckpointStore
{
    private volatile bool _isFrozen;

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public IEnumerable<string> Checkpoints => Files.Keys.Where(name => name.StartsWith("checkpoint", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public void Freeze() => _isFrozen = true;

    public void Thaw() => _isFrozen = false;

    public IReadOnlyList<string> List() => [.. Files.Keys];

    public ICheckpointFile Create(string name) => new Written(this, name);

    public ICheckpointSource? Open(string name) => Files.TryGetValue(name, out var bytes) ? new Stored(bytes) : null;

    public void Delete(string name) => Files.TryRemove(name, out _);

    private sealed class Written(MemoryCheckpoints owner, string name) : ICheckpointFile
    {
        private readonly MemoryStream _bytes = new();

        public void Append(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

        public void Publish()
        {
            if (owner._isFrozen)
            {
                throw new IOException("killed");
            }

            owner.Files[name] = _bytes.ToArray();
        }

        public void Dispose() => _bytes.Dispose();
    }

    private sealed class Stored(byte[] bytes) : ICheckpointSource
    {
        public long Length => bytes.Length;

        public void Read(long offset, Span<byte> into)
        {
            if (offset + into.Length > bytes.Length)
            {
                throw new EndOfStreamException();
            }

            bytes.AsSpan((int)offset, into.Length).CopyTo(into);
        }

        public void Dispose()
        {
        }
    }
}
