using System.Text.Json;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Backup;

/// <summary>The backups made of a data folder, in its file <c>backups.json</c>: erasure has to reach them.</summary>
/// <remarks>Changed only while <see cref="StorageTurn"/> is held. The file itself is part of each backup.</remarks>
public sealed class BackupRegistry(string dataFolder)
{
    public const string FileName = "backups.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string _file = Path.Combine(dataFolder, FileName);

    /// <exception cref="BackupException">The file is damaged.</exception>
    public IReadOnlyList<RegisteredBackup> List()
    {
        if (!File.Exists(_file))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<RegisteredBackup[]>(File.ReadAllText(_file), Json) ?? [];
        }
        catch (JsonException wrong)
        {
            throw new BackupException($"{_file} is damaged: it is not the JSON that backup wrote. Put it right, or delete it and erase again in every backup you have.", wrong);
        }
    }

    /// <summary>The backup in that place; null when none is registered there.</summary>
    public RegisteredBackup? Find(string path) => List().FirstOrDefault(backup => backup.Path == path);

    public void Add(RegisteredBackup backup) => Write([.. List().Where(b => b.Path != backup.Path), backup]);

    /// <summary>False when no backup in that place was registered.</summary>
    public bool Forget(string path)
    {
        var list = List();
        var kept = list.Where(b => b.Path != path).ToArray();
        if (kept.Length == list.Count)
        {
            return false;
        }

        Write(kept);
        return true;
    }

    private void Write(RegisteredBackup[] list) => OwnerOnly.Write(_file, JsonSerializer.Serialize(list, Json) + "\n", overwrite: true);
}
