using System.Globalization;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Backup;

/// <summary><c>backup DIR</c>: a consistent copy of the data folder, also while a server runs on it.</summary>
internal sealed class BackupCommand : FolderCommand
{
    public override string Name => "backup";

    public override string Usage => "DIR | --list | --forget DIR [--data DIR]";

    public override string Summary => "Copies log, database and keys as of one moment into an empty folder, also while a server runs; --list and --forget: the backups that an erasure has to reach.";

    protected override bool NeedsInstallation => true;

    public override string? Prepare(ref IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        switch (words)
        {
            case ["--list"]:
                return null;
            case ["--forget", { Length: > 0 } path]:
                words = ["--forget", Path.GetFullPath(path)];
                return null;
            case [{ Length: > 0 } path] when !path.StartsWith('-'):
                words = [Path.GetFullPath(path)];
                return null;
            default:
                return $"Usage: {Name} {Usage}";
        }
    }

    public override async Task<int> WorkAsync(IReadOnlyList<string> words, FolderWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var registry = work.Services.GetRequiredService<BackupRegistry>();
        switch (words)
        {
            case ["--list"]:
                foreach (var backup in registry.List())
                {
                    await work.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{backup.CreatedAt:yyyy-MM-dd HH:mm}  {backup.Path}"));
                }

                return ExitCode.Done;
            case ["--forget", var path]:
                return await ForgetAsync(registry, path, work);
            default:
                await BackUpAsync(words[0], work);
                return ExitCode.Done;
        }
    }

    private static async Task<int> ForgetAsync(BackupRegistry registry, string path, FolderWork work)
    {
        bool known;
        using (await work.Services.GetRequiredService<StorageTurn>().TakeAsync(work.Cancel))
        {
            known = registry.Forget(path);
        }

        if (!known)
        {
            await work.Error.WriteLineAsync($"No backup in {path} is known; \"backup --list\" shows them.");
            return ExitCode.Failed;
        }

        await AuditAsync(work, "forgot " + path);
        return ExitCode.Done;
    }

    private static async Task BackUpAsync(string target, FolderWork work)
    {
        var installation = work.Services.GetRequiredService<Installation>();
        var manifest = await work.Services.GetRequiredService<BackupWriter>().WriteAsync(target, work.Output.WriteLine, work.Cancel);
        await AuditAsync(work, "made " + target);
        await work.Output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Backed up to {target}: {manifest.NextOffsets.Sum()} records, {manifest.Files.Sum(f => f.Bytes) / 1_000_000} MB, {manifest.Keys.Rows} keys."));
        await work.Output.WriteLineAsync(
            $"Not in it, and needed to restore it: the master key ({Installation.MasterKeyPlace(installation.Id)}) and the list of erased visitors ({installation.ErasureList}). Keep copies of both, apart from the backup.");
        await work.Output.WriteLineAsync("Its folder keys/ and its console.db are not encrypted: keep the backup where only its owner can read.");
    }

    private static Task AuditAsync(FolderWork work, string what) =>
        work.Services.GetRequiredService<AuditLog>().AddAsync(FolderWork.Actor, "backup", "data folder", what, CancellationToken.None);
}
