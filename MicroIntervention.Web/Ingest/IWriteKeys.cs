using System.Diagnostics.CodeAnalysis;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Ingest;

/// <summary>The write keys in force, in memory.</summary>
public interface IWriteKeys
{
    /// <summary>Finds a key's source. Thread-safe; a wrong key leaves no trace.</summary>
    bool TryFind(ReadOnlySpan<byte> key, [NotNullWhen(true)] out DoorKey? source);

    /// <summary>Finds a source by its number; false once it is revoked.</summary>
    bool TryFind(SourceId id, [NotNullWhen(true)] out DoorKey? source);
}
