using Microsoft.EntityFrameworkCore;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Storage;

/// <summary>Notifications and how far each person has read them. Pages follow it.</summary>
public sealed class NoticeStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time) : IFollowed
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    private event Action? Changed;

    /// <summary>Adds one and nudges whoever follows.</summary>
    public async Task AddAsync(string kind, string subject, string text, string path, string action, CancellationToken cancel = default)
    {
        await using (var db = await contexts.CreateDbContextAsync(cancel))
        {
            var now = time.GetUtcNow();
            db.Notifications.Add(new NotificationRow
            {
                AtMs = now.ToUnixTimeMilliseconds(), Kind = kind, Subject = subject, Text = text.Length > 1000 ? text[..1000] : text, Path = path, Action = action,
            });
            await db.SaveChangesAsync(cancel);
            var before = (now - KeptFor).ToUnixTimeMilliseconds();
            await db.Notifications.Where(row => row.AtMs < before).ExecuteDeleteAsync(cancel);
        }

        Changed?.Invoke();
    }

    /// <summary>The newest that a person may see, newest first.</summary>
    /// <param name="actions">What they are allowed.</param>
    public async Task<IReadOnlyList<Notice>> NewestAsync(IReadOnlyCollection<string> actions, int limit, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Notifications.AsNoTracking().Where(row => actions.Contains(row.Action)).OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancel);
        return rows.ConvertAll(ToNotice);
    }

    /// <summary>The newest about one thing, newest first: its history.</summary>
    public async Task<IReadOnlyList<Notice>> NewestAboutAsync(string subject, int limit, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Notifications.AsNoTracking().Where(row => row.Subject == subject).OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancel);
        return rows.ConvertAll(ToNotice);
    }

    /// <summary>Number of the newest that a person has read; 0 for none.</summary>
    public async Task<long> LastReadAsync(string who, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.NotificationReads.AsNoTracking().Where(row => row.Who == who).Select(row => row.UpTo).FirstOrDefaultAsync(cancel);
    }

    /// <summary>Notes that a person has read all up to this one.</summary>
    public async Task MarkReadAsync(string who, long upTo, CancellationToken cancel = default)
    {
        await using (var db = await contexts.CreateDbContextAsync(cancel))
        {
            var row = await db.NotificationReads.FirstOrDefaultAsync(candidate => candidate.Who == who, cancel);
            if (row is null)
            {
                db.NotificationReads.Add(row = new NotificationReadRow { Who = who });
            }

            row.UpTo = Math.Max(row.UpTo, upTo);
            await db.SaveChangesAsync(cancel);
        }

        Changed?.Invoke();
    }

    public IDisposable Subscribe(Action nudge)
    {
        Changed += nudge;
        return new Subscription(this, nudge);
    }

    private static Notice ToNotice(NotificationRow row) => new(row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs), row.Kind, row.Subject, row.Text, row.Path, row.Action);

    private sealed class Subscription(NoticeStore owner, Action nudge) : IDisposable
    {
        public void Dispose() => owner.Changed -= nudge;
    }
}
