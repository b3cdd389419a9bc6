namespace MicroIntervention.Engine.Runtime;

/// <summary>Where checkpoints are kept: named files, each whole or not there at all.</summary>
/// <remarks>Used by one thread for writing; sources may be read by several. Failures come as <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</remarks>
public interface ICheckpointStore
{
    /// <summary>Names of the complete files.</summary>
    IReadOnlyList<string> List();

    /// <summary>Begins a file; it appears under its name when it is published.</summary>
    ICheckpointFile Create(string name);

    /// <summary>Null when there is no such file.</summary>
    ICheckpointSource? Open(string name);

    void Delete(string name);
}

/// <summary>A file being written. Disposed without having been published, it leaves nothing.</summary>
public interface ICheckpointFile : IDisposable
{
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Makes it durable, then visible under its name.</summary>
    void Publish();
}

/// <summary>A complete file. Thread-safe.</summary>
public interface ICheckpointSource : IDisposable
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>Fills the span from this place on.</summary>
    /// <exception cref="EndOfStreamException">The file is shorter.</exception>
    void Read(long offset, Span<byte> into);
}
