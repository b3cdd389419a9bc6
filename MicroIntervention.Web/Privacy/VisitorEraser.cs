using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Backup;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Privacy;

/// <summary>Erases visitors: their keys in the log, their rows in console.db, their name in memory and what waits there for them, and their keys in every backup it can reach.</summary>
/// <remarks>
/// First the list outside the folder is added to, then things are destroyed; the folder's file <c>erasures</c> says how much of the list it has seen. So an erasure
/// that a crash cut short is finished at the next start, and a folder copied back by hand forgets those erased meanwhile before a door opens.
/// </remarks>
public sealed class VisitorEraser(
    IServiceProvider services, DataFolder folder, StorageTurn turns, BackupRegistry registry, IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    private string SeenFile => Path.Combine(folder.Path, "erasures");

    private Installation Installation => services.GetRequiredService<Installation>();

    /// <summary>Erases these visitors.</summary>
    /// <param name="visitors">Keyed hashes of their ids.</param>
    /// <exception cref="IOException">A file cannot be written; the erasure is begun, give it again.</exception>
    public async Task<ErasureOutcome> EraseAsync(IReadOnlyCollection<VisitorId> visitors, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(visitors);
        using var turn = await turns.TakeAsync(cancel);
        FinishPending();

        // Also waits until what they sent before is in the log, under the keys that go now, and refused events in the table that is cleared now.
        var these = visitors.ToHashSet();
        await ForgetAsync(these, cancel);
        var list = ErasureList.OpenOrCreate(Installation.ErasureList);
        list.Add(visitors, time.GetUtcNow());
        var (keys, complete) = Destroy(these);

        // Again: an identify that came in between has set the name, a bundle was made from what could still be read.
        await ForgetAsync(these, cancel);
        var backups = EraseInBackups(list);

        // Last: an erasure cut short before this is done again at the next start, in the backups too.
        Seen = list.Count;
        return new ErasureOutcome(visitors.Count, keys, complete, backups.Reached, backups.Unfinished, backups.Unreached);
    }

    /// <summary>Does what the list holds and this folder has not seen. Call while holding <see cref="StorageTurn"/>, or before anything else runs.</summary>
    /// <returns>How many entries there were.</returns>
    public int FinishPending()
    {
        var seen = Seen;
        if (ErasureList.TryOpen(Installation.ErasureList) is not { } list || list.Count <= seen)
        {
            return 0;
        }

        Destroy(list.From(seen));
        EraseInBackups(list);
        Seen = list.Count;
        return list.Count - seen;
    }

    /// <summary>Entries of the list that this folder has seen.</summary>
    internal int Seen
    {
        get => File.Exists(SeenFile) && int.TryParse(File.ReadAllText(SeenFile), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        private set => OwnerOnly.Write(SeenFile, value.ToString(CultureInfo.InvariantCulture), overwrite: true);
    }

    private async Task ForgetAsync(IReadOnlySet<VisitorId> visitors, CancellationToken cancel)
    {
        if (services.GetService<EngineHost>() is { } engine)
        {
            foreach (var visitor in visitors)
            {
                await engine.ForgetAsync(visitor).WaitAsync(cancel);
            }
        }

        // In the order of the way: bundles being made, then the channels that they go to.
        foreach (var holder in services.GetServices<IHoldsVisitors>().OrderBy(holder => holder is IChannel))
        {
            await holder.ForgetAsync(visitors, cancel);
        }
    }

    private (int Keys, bool IsComplete) Destroy(IReadOnlySet<VisitorId> visitors)
    {
        var log = services.GetRequiredService<SignalLog>();
        var keys = 0;
        var complete = true;
        foreach (var visitor in visitors)
        {
            var result = log.EraseVisitor(visitor);
            keys += result.Keys;
            complete &= result.IsComplete;
        }

        using var db = contexts.CreateDbContext();
        foreach (var visitor in visitors)
        {
            var hash = visitor.Value.ToBytes();
            db.VisitorBindings.Where(row => row.VisitorHash == hash).ExecuteDelete();
        }

        // Which refused events named them cannot be told (cut payloads, linked ids, escapes); they are kept as a courtesy, so all go.
        db.RejectedSignals.ExecuteDelete();
        using var console = SqliteFile.OpenForWriting(folder.ConsoleDatabase, create: false);
        return (keys, SignalLog.Scrub(console) && complete);
    }

    private (int Reached, List<string> Unfinished, List<string> Unreached) EraseInBackups(ErasureList list)
    {
        var reached = 0;
        var unfinished = new List<string>();
        var unreached = new List<string>();
        foreach (var backup in registry.List())
        {
            try
            {
                if (UnfinishedBackup.IsIn(backup.Path))
                {
                    UnfinishedBackup.Destroy(backup.Path);
                    unfinished.Add(string.Create(
                        CultureInfo.InvariantCulture, $"The backup begun on {backup.CreatedAt:yyyy-MM-dd HH:mm} in {backup.Path} was never finished; the keys in it are destroyed."));
                    continue;
                }

                var manifest = BackupManifest.Read(backup.Path);
                if (manifest.Id != backup.Id)
                {
                    throw new BackupException($"{backup.Path} holds another backup by now.");
                }

                // Also what earlier erasures could not do because the backup was out of reach.
                KeysFile.Erase(backup.Path, list.From(manifest.ErasuresApplied));
                (manifest with { ErasuresApplied = list.Count }).Write(backup.Path);
                reached++;
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
            {
                unreached.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The backup of {backup.CreatedAt:yyyy-MM-dd HH:mm} in {backup.Path} could not be reached: {wrong.Message}"));
            }
        }

        return (reached, unfinished, unreached);
    }
}
