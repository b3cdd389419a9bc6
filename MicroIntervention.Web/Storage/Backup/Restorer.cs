using System.Security.Cryptography;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Privacy;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Backup;

/// <summary>Makes a data folder of a backup.</summary>
/// <remarks>Everything is checked before anything is written. The file <c>install</c> comes last: a folder that was cut short has a log without it, and no server starts on that.</remarks>
internal sealed class Restorer(string backup, string target, Action<string> say)
{
    /// <param name="withoutList">Go on without the list of erased visitors.</param>
    /// <exception cref="BackupException">The backup is not whole, the target not empty, or the list is missing or too old.</exception>
    /// <exception cref="MasterKeyException">The master key is missing or another one.</exception>
    /// <exception cref="InstallationException">The backup's file <c>install</c> is damaged.</exception>
    public async Task RunAsync(bool withoutList)
    {
        var manifest = BackupManifest.Read(backup);
        CheckFiles(manifest);
        var installFile = Path.Combine(backup, "install");
        var listFile = Installation.ErasureListOf(manifest.Installation);
        var list = ErasureList.TryOpen(listFile);
        say($"master key, {Installation.MasterKeyPlace(manifest.Installation)}: {(Installation.HasMasterKey(manifest.Installation) ? "there" : "MISSING")}");
        say($"list of erased visitors, {listFile}: {(list is null ? "MISSING" : $"there, {list.Count} entries")}");
        say($"key ring of cookies and webhook secrets, in the backup: {manifest.Files.Count(f => f.Path.StartsWith("keys/", StringComparison.Ordinal))} files");
        var installation = Installation.OpenWith(installFile, target);
        if (!withoutList && (list is null || list.Count < manifest.ErasuresApplied))
        {
            throw new BackupException(
                $"The list of erased visitors {listFile} {(list is null ? "is missing" : "is older than the backup")}: without it, people who were erased would come back. " +
                "Put the newest copy of it there; or, only if it is lost, say --without-erasure-list.");
        }

        var made = Prepare();

        // Outside of the clean-up: a folder that another process has just taken is not ours to empty.
        if (!DataFolder.TryOpen(target, out var folder, out _, out var fault))
        {
            throw new BackupException(fault);
        }

        using var held = folder;
        try
        {
            var erased = list?.From(Math.Min(manifest.ErasuresApplied, list.Count)) ?? new HashSet<VisitorId>();
            var forgotten = await FillAsync(manifest, installation, folder, erased, list?.Count ?? 0);
            say($"Restored to {target}: {manifest.NextOffsets.Sum()} records as of {manifest.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC; {erased.Count} visitors erased since then, {forgotten} keys destroyed.");
            say("\"verify-log\" checks every record; a start makes everything else again from the log.");
        }
        catch
        {
            Empty(made);
            throw;
        }
    }

    private void CheckFiles(BackupManifest manifest)
    {
        var wrong = new List<string>();
        foreach (var file in manifest.Files)
        {
            say($"checking {file.Path}");
            var path = Path.Combine(backup, file.Path);
            if (file.Path.Contains("..", StringComparison.Ordinal) || Path.IsPathRooted(file.Path))
            {
                wrong.Add($"{file.Path} lies outside of the backup");
            }
            else if (!File.Exists(path))
            {
                wrong.Add($"{file.Path} is missing");
            }
            else
            {
                using var stream = File.OpenRead(path);
                if (stream.Length != file.Bytes || Convert.ToHexStringLower(SHA256.HashData(stream)) != file.Sha256)
                {
                    wrong.Add($"{file.Path} was changed");
                }
            }
        }

        try
        {
            KeysFile.Read(backup, manifest.Keys, (_, _, _, _) => { });
        }
        catch (BackupException changed)
        {
            wrong.Add(changed.Message.TrimEnd('.'));
        }

        if (wrong.Count > 0)
        {
            throw new BackupException($"The backup in {backup} is not as it was made: {string.Join("; ", wrong)}. Nothing was restored.");
        }
    }

    private async Task<int> FillAsync(BackupManifest manifest, Installation installation, DataFolder folder, IReadOnlySet<VisitorId> erased, int seen)
    {
        foreach (var file in manifest.Files.Where(f => f.Path != "install"))
        {
            say($"copying {file.Path}");
            Copy(file.Path);
        }

        var forgotten = RestoreKeys(manifest, installation, erased);
        foreach (var segment in LogSegment.List(folder.Log))
        {
            using var file = SqliteFile.OpenForWriting(segment.Path, create: false);
            file.Execute("PRAGMA journal_mode=WAL");
        }

        OwnerOnly.Write(Path.Combine(target, "erasures"), seen.ToString(System.Globalization.CultureInfo.InvariantCulture), overwrite: true);
        await using (var services = await FolderServices.BuildAsync(folder))
        {
            await using var db = await services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
            var hashes = erased.Select(v => v.Value.ToBytes()).ToHashSet(ByteComparer.Instance);
            db.VisitorBindings.RemoveRange(db.VisitorBindings.AsEnumerable().Where(row => hashes.Contains(row.VisitorHash)));
            await db.SaveChangesAsync();
            await services.GetRequiredService<AuditLog>().AddAsync(
                FolderWork.Actor, "restore", "data folder", $"backup of {manifest.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC in {backup}; {erased.Count} erasures applied");
        }

        Copy("install");
        return forgotten;
    }

    /// <summary>Puts the wrapped keys back into their segments; those of the erased come back as zeros.</summary>
    private int RestoreKeys(BackupManifest manifest, Installation installation, IReadOnlySet<VisitorId> erased)
    {
        var forgotten = 0;
        SegmentKeys? open = null;
        try
        {
            KeysFile.Read(backup, manifest.Keys, (segment, id, visitor, wrapped) =>
            {
                if (open?.Number != segment)
                {
                    open?.Finish();
                    open?.Dispose();
                    open = new SegmentKeys(LogSegment.In(Path.Combine(target, "log"), segment), installation);
                }

                var goes = erased.Contains(visitor) && wrapped.ContainsAnyExcept((byte)0);
                forgotten += goes ? 1 : 0;
                open.Add(id, visitor, goes ? new byte[wrapped.Length] : wrapped);
            });
            open?.Finish();
        }
        finally
        {
            open?.Dispose();
        }

        return forgotten;
    }

    private void Copy(string name)
    {
        var to = Path.Combine(target, name);
        OwnerOnly.CreateFolder(Path.GetDirectoryName(to)!);
        File.Copy(Path.Combine(backup, name), to);
        OwnerOnly.Restrict(to);
        using var file = new FileStream(to, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <returns>Whether the folder was made here.</returns>
    private bool Prepare()
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new BackupException($"{target} is not an empty folder. Nothing was restored: name an empty or new one with --data, and move the old one away first if it is to be replaced.");
        }

        var made = !Directory.Exists(target);
        OwnerOnly.CreateFolder(target);
        return made;
    }

    private void Empty(bool whole)
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(target, recursive: true);
        if (!whole)
        {
            OwnerOnly.CreateFolder(target);
        }
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>
    {
        public static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => BitConverter.ToInt32(bytes);
    }
}
