using System.Globalization;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Names of a checkpoint's files, and whose a checkpoint is.</summary>
internal static class CheckpointNames
{
    private const string Whole = "checkpoint-";
    private const string Keys = "keys-";

    public static string Checkpoint(long number) => string.Create(CultureInfo.InvariantCulture, $"{Whole}{number:D12}");

    /// <summary>A full table of message keys: never changes, so it is written once and shared by checkpoints.</summary>
    public static string Table(int shard, long generation) => string.Create(CultureInfo.InvariantCulture, $"{Keys}{shard:D2}-{generation:D16}");

    public static bool IsTable(string name) => name.StartsWith(Keys, StringComparison.Ordinal);

    /// <summary>Checkpoints, newest first.</summary>
    public static string[] Newest(IEnumerable<string> names) =>
        [.. names.Where(n => n.StartsWith(Whole, StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal)];

    public static long NumberOf(string checkpoint) =>
        long.TryParse(checkpoint.AsSpan(Whole.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>The same for every checkpoint of an installation and for no other's.</summary>
    public static Hash128 Owner(KeyedHash hash) => hash.Of(HashDomain.Name, "checkpoint of this installation");
}
