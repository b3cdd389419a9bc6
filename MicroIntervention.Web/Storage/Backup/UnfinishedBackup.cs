namespace MicroIntervention.Web.Storage.Backup;

/// <summary>What a backup left behind that a crash cut short: a folder with keys and no manifest. Nobody can restore it.</summary>
internal static class UnfinishedBackup
{
    /// <summary>Whether such a thing lies there. A folder without a file of keys is something else, or nothing: it is left alone.</summary>
    public static bool IsIn(string folder) => !File.Exists(Path.Combine(folder, BackupManifest.FileName)) && File.Exists(Path.Combine(folder, KeysFile.FileName));

    /// <summary>Destroys its keys, and what was already copied of <c>console.db</c>; the rest is unreadable without them.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Destroy(string folder)
    {
        KeysFile.EraseAll(folder);
        foreach (var name in new[] { "console.db", "console.db-journal", "console.db-wal" })
        {
            File.Delete(Path.Combine(folder, name));
        }
    }
}
