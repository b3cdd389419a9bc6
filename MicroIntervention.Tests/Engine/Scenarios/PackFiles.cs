using System.Runtime.CompilerServices;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Scenarios;

/// <summary>The packs of the repository, and a hash that stands for an installation.</summary>
internal static class PackFiles
{
    public static KeyedHash Hash { get; } = new("an installation."u8);

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "../../../scenarios"));

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".json"));

    /// <summary>A pack that must be sound.</summary>
    public static ScenarioPack Read(string name) => Sound(Bytes(name));

    public static ScenarioPack Sound(ReadOnlyMemory<byte> json)
    {
        var read = PackReader.Read(json);
        Assert.True(read.Pack is not null, string.Join('\n', read.Faults));
        return read.Pack;
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
