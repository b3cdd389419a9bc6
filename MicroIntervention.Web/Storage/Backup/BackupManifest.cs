using System.Security.Cryptography;
using System.Text.Json;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Backup;

/// <summary>What a backup says about itself, in <c>manifest.json</c>; written last, so that a backup without it was never finished.</summary>
/// <param name="Format">1.</param>
/// <param name="Id">Random; tells this backup from another in the same place.</param>
/// <param name="Installation">Whose it is; names the master key that opens it.</param>
/// <param name="Version">The program that made it.</param>
/// <param name="NextOffsets">Per partition: everything below is in it, nothing else.</param>
/// <param name="ErasuresApplied">So many entries of the list of erased visitors have been applied to it.</param>
/// <param name="Check">SHA-256 of the manifest's JSON with this field empty.</param>
public sealed record BackupManifest(
    int Format,
    Guid Id,
    Guid Installation,
    string Version,
    DateTimeOffset CreatedAt,
    long[] NextOffsets,
    int ErasuresApplied,
    BackupKeys Keys,
    BackupFile[] Files,
    string Check)
{
    public const string FileName = "manifest.json";
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads and checks the manifest of a backup.</summary>
    /// <exception cref="BackupException">There is none, it was changed, or a newer version wrote it.</exception>
    public static BackupManifest Read(string backup)
    {
        var file = Path.Combine(backup, FileName);
        if (!File.Exists(file))
        {
            throw new BackupException($"{backup} is no complete backup: its {FileName} is missing.");
        }

        BackupManifest? read;
        try
        {
            read = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllText(file), Json);
        }
        catch (JsonException wrong)
        {
            throw new BackupException($"{file} is damaged: it is not the JSON that backup wrote.", wrong);
        }

        if (read is null || read.Format != CurrentFormat)
        {
            throw new BackupException($"{file} has format {read?.Format ?? 0}; this version reads format {CurrentFormat}.");
        }

        return read.Files is not null && read.Keys is not null && read.NextOffsets is not null && read.Check == read.Sum()
            ? read
            : throw new BackupException($"{file} was changed since it was written.");
    }

    /// <summary>Writes it whole or not at all.</summary>
    public void Write(string backup) =>
        OwnerOnly.Write(Path.Combine(backup, FileName), JsonSerializer.Serialize(this with { Check = Sum() }, Json) + "\n", overwrite: true);

    private string Sum() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { Check = "" }, Json)));
}
