using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Privacy;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Backup;

/// <summary>Makes a backup of a data folder, also while a server writes to it: log and database as of one moment.</summary>
/// <remarks>
/// The moment lies between two commits, held by read transactions; the copying goes on beside the writer. Not in a backup: the master key and the list of
/// erased visitors (which must not travel with it), refused events (raw text, gone after seven days anyway), checkpoints (made again from the log).
/// </remarks>
public sealed class BackupWriter(IServiceProvider services, DataFolder folder, StorageTurn turns, BackupRegistry registry, TimeProvider time)
{
    // Room for what the server itself goes on writing meanwhile.
    private const long Spare = 64L << 20;

    /// <summary>Free bytes where a folder lies; a test replaces it.</summary>
    internal Func<string, long> FreeBytes { get; init; } = path => new DriveInfo(path).AvailableFreeSpace;

    /// <summary>Backs the folder up.</summary>
    /// <param name="target">Full path of an empty folder, or one that is not there yet.</param>
    /// <param name="progress">Gets a line now and then.</param>
    /// <exception cref="BackupException">The target is not fit, or there is not enough room; nothing is left behind.</exception>
    public async Task<BackupManifest> WriteAsync(string target, Action<string> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var log = services.GetRequiredService<SignalLog>();
        var installation = services.GetRequiredService<Installation>();
        using var turn = await turns.TakeAsync(cancel);
        services.GetRequiredService<VisitorEraser>().FinishPending();
        var made = Prepare(target);
        var before = registry.Find(target);
        var id = Guid.NewGuid();
        try
        {
            // Before the first byte: a copy that a crash cuts short holds keys too, and an erasure has to know of it.
            registry.Add(new RegisteredBackup(id, target, time.GetUtcNow()));
            return Write(id, target, log, installation, progress, cancel);
        }
        catch
        {
            Empty(target, made);
            registry.Forget(target);
            if (before is not null)
            {
                registry.Add(before);
            }

            throw;
        }
    }

    private BackupManifest Write(Guid id, string target, SignalLog log, Installation installation, Action<string> progress, CancellationToken cancel)
    {
        var needed = LogSegment.List(installation.LogFolder).Sum(s => SizeOf(s.Path) + SizeOf(s.Path + "-wal")) + SizeOf(folder.ConsoleDatabase) + SizeOf(folder.ConsoleDatabase + "-wal") + Spare;
        if (FreeBytes(target) is var free && free < needed)
        {
            throw new BackupException($"There is not enough room in {target}: {Megabytes(needed)} are needed, {Megabytes(free)} are free.");
        }

        OwnerOnly.CreateFolder(Path.Combine(target, "log"));
        OwnerOnly.CreateFolder(Path.Combine(target, "keys"));
        var erasures = ErasureList.OpenOrCreate(installation.ErasureList).Count;
        using var console = SqliteFile.OpenForWriting(folder.ConsoleDatabase, create: false);
        var (active, next) = PinTogether(log, installation, console, target);
        BackupKeys wrapped;
        using (active.Copy)
        using (var keys = new KeysFile.Writer(target))
        {
            var segments = LogSegment.List(installation.LogFolder).Where(s => s.Number <= active.Segment.Number).ToList();
            for (var i = 0; i < segments.Count; i++)
            {
                progress(string.Create(CultureInfo.InvariantCulture, $"log file {i + 1} of {segments.Count}, {Megabytes(SizeOf(segments[i].Path))}"));
                CopySegment(segments[i], active, target, keys, cancel);
            }

            wrapped = keys.Finish();
        }

        progress("console.db, keys");
        CopyConsole(console, Path.Combine(target, "console.db"));
        foreach (var ring in Directory.EnumerateFiles(folder.Keys))
        {
            CopySmall(ring, Path.Combine(target, "keys", Path.GetFileName(ring)));
        }

        CopySmall(Path.Combine(folder.Path, "install"), Path.Combine(target, "install"));
        CopySmall(Path.Combine(folder.Path, BackupRegistry.FileName), Path.Combine(target, BackupRegistry.FileName));
        var manifest = new BackupManifest(
            BackupManifest.CurrentFormat, id, installation.Id, Version, time.GetUtcNow(), next, erasures, wrapped, [.. Describe(target, cancel)], "");
        manifest.Write(target);
        return manifest;
    }

    /// <summary>Fixes the moment in the log and in console.db, with no commit between.</summary>
    private static (Pinned Active, long[] Next) PinTogether(SignalLog log, Installation installation, SqliteFile console, string target)
    {
        while (true)
        {
            var segment = LogSegment.List(installation.LogFolder)[^1];
            var copy = new SegmentCopy(segment, InTarget(target, segment));
            long[]? next = null;
            try
            {
                log.BetweenCommits((writing, offsets) =>
                {
                    if (writing.Number == segment.Number)
                    {
                        copy.Pin();
                        console.Execute("BEGIN");
                        console.Scalar("SELECT count(*) FROM sqlite_schema");
                        next = offsets;
                    }
                });
            }
            catch
            {
                copy.Dispose();
                throw;
            }

            if (next is not null)
            {
                return (new Pinned(segment, copy), next);
            }

            // The log went on to its next file in between.
            copy.Dispose();
            File.Delete(InTarget(target, segment));
        }
    }

    private static void CopySegment(LogSegment segment, Pinned active, string target, KeysFile.Writer keys, CancellationToken cancel)
    {
        if (segment.Number == active.Segment.Number)
        {
            active.Copy.Run(keys, cancel);
            return;
        }

        // Nobody writes to it any more, so any moment will do.
        using var copy = new SegmentCopy(segment, InTarget(target, segment));
        copy.Pin();
        copy.Run(keys, cancel);
    }

    private static void CopyConsole(SqliteFile console, string to)
    {
        console.CopyTo(to);
        console.Execute("COMMIT");
        OwnerOnly.Restrict(to);
        using (var copy = SqliteFile.OpenForWriting(to, create: false))
        {
            copy.Execute("PRAGMA journal_mode=DELETE");
            copy.Execute("DELETE FROM RejectedSignals");
            copy.Execute("VACUUM");
        }

        using var file = new FileStream(to, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static void CopySmall(string from, string to)
    {
        OwnerOnly.Write(to, File.ReadAllText(from), overwrite: false);
    }

    private static IEnumerable<BackupFile> Describe(string target, CancellationToken cancel)
    {
        foreach (var path in Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(target, path).Replace('\\', '/');
            if (name != KeysFile.FileName)
            {
                using var file = File.OpenRead(path);
                yield return new BackupFile(name, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
            }
        }
    }

    /// <returns>Whether the folder was made here.</returns>
    private bool Prepare(string target)
    {
        var real = Directory.Exists(target) ? new DirectoryInfo(target).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? target : target;
        if (IsIn(real, folder.Path) || IsIn(folder.Path, real))
        {
            throw new BackupException($"{target} and the data folder lie one in the other. Choose a place apart from it, best on another disk.");
        }

        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new BackupException($"{target} is not an empty folder. Choose one that is empty or not there yet; a backup never overwrites another.");
        }

        var made = !Directory.Exists(target);
        OwnerOnly.CreateFolder(target);
        return made;
    }

    private static bool IsIn(string path, string parent) => (path.TrimEnd('/') + "/").StartsWith(parent.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static void Empty(string target, bool whole)
    {
        foreach (var entry in new DirectoryInfo(target).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo inner)
            {
                inner.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }

        if (whole)
        {
            Directory.Delete(target);
        }
    }

    private static string InTarget(string target, LogSegment segment) => Path.Combine(target, "log", Path.GetFileName(segment.Path));

    private static long SizeOf(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(bytes + 999_999) / 1_000_000} MB");

    private static string Version => typeof(BackupWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private sealed record Pinned(LogSegment Segment, SegmentCopy Copy);
}
