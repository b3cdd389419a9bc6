using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Privacy;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Ingest;

/// <summary>Keeps refused events where their sender can see them, without a door ever waiting for it.</summary>
/// <remarks>
/// The queue holds <see cref="QueueLimit"/>; when it is full, or a source has had more than its share lately, the event is only counted.
/// The table keeps the newest of each source, up to <see cref="IngestOptions.RejectionsPerSource"/> and <see cref="IngestOptions.RejectionsKept"/>.
/// </remarks>
internal sealed class RejectedSignals(
    IDbContextFactory<ConsoleDbContext> contexts,
    IOptions<IngestOptions> options,
    IngestMeters meters,
    TimeProvider time,
    ILogger<RejectedSignals> logger) : BackgroundService, IHoldsVisitors
{
    public const int QueueLimit = 1_024;

    /// <summary>Most bytes kept of an event.</summary>
    public const int MaxPayload = 4_096;

    private const int WriteAtOnce = 256;
    private static readonly TimeSpan TrimEvery = TimeSpan.FromHours(1);

    private readonly Channel<RejectedSignal> _queue = Channel.CreateBounded<RejectedSignal>(
        new BoundedChannelOptions(QueueLimit) { FullMode = BoundedChannelFullMode.Wait, SingleReader = false });
    private readonly SemaphoreSlim _oneReader = new(1, 1);
    private DateTimeOffset _trimmedAt;
    private Task<bool>? _more;

    /// <summary>Counts a refused event and keeps it when there is room. Never waits.</summary>
    /// <remarks>The key is masked wherever it stands in the payload.</remarks>
    public void Add(DoorKey source, Moment at, SignalRejection rejection, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> secret = source.Key;
        meters.Rejected(rejection.Reason);
        if (_queue.Reader.Count >= QueueLimit || !source.Refusals.TryTake(out _))
        {
            meters.NotKept();
            return;
        }

        var kept = payload[..Math.Min(payload.Length, MaxPayload + secret.Length)].ToArray();
        for (var found = 0; secret.Length > 0 && kept.AsSpan(found).IndexOf(secret) is var next and >= 0; found += next + secret.Length)
        {
            kept.AsSpan(found + next, secret.Length).Fill((byte)'*');
        }

        // Cut after masking, so that no part of a key stays at the cut.
        kept = kept.Length > MaxPayload ? kept[..MaxPayload] : kept;
        var row = new RejectedSignal(source.Id.Value, at.Milliseconds, RejectionText.NameOf(rejection.Reason), RejectionText.Sentence(rejection.Reason, rejection.Field), kept);
        if (!_queue.Writer.TryWrite(row))
        {
            meters.NotKept();
        }
    }

    /// <summary>Throws away what waits to be written, after what is being written has reached the table: the erasure clears that. Whose an event is cannot be told, so all go.</summary>
    public async Task ForgetAsync(IReadOnlySet<VisitorId> visitors, CancellationToken cancel)
    {
        await _oneReader.WaitAsync(cancel);
        try
        {
            while (_queue.Reader.TryRead(out _))
            {
                meters.NotKept();
            }
        }
        finally
        {
            _oneReader.Release();
        }
    }

    public override void Dispose()
    {
        _oneReader.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<RejectedSignal>(WriteAtOnce);
        do
        {
            await _oneReader.WaitAsync(stoppingToken);
            try
            {
                while (batch.Count < WriteAtOnce && _queue.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                }

                await WriteAsync(batch, stoppingToken);
            }
            catch (Exception problem) when (problem is DbUpdateException or Microsoft.Data.Sqlite.SqliteException)
            {
                // A full disk must not end the server over a courtesy; the events are counted as not kept.
                IngestLog.RejectionsNotWritten(logger, batch.Count, problem);
                batch.ForEach(_ => meters.NotKept());
            }
            finally
            {
                _oneReader.Release();
            }

            batch.Clear();
        }
        while (await WaitAsync(stoppingToken));
    }

    /// <summary>Waits for refused events, but not past the next trim: seven days are seven days also for a source that has gone quiet.</summary>
    private async Task<bool> WaitAsync(CancellationToken stopping)
    {
        _more ??= _queue.Reader.WaitToReadAsync(stopping).AsTask();
        using var endOfWait = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(_more, Task.Delay(TrimEvery, time, endOfWait.Token));
        await endOfWait.CancelAsync();
        if (!_more.IsCompleted)
        {
            return true;
        }

        var more = _more;
        _more = null;
        return await more;
    }

    private async Task WriteAsync(List<RejectedSignal> batch, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.RejectedSignals.AddRange(batch.Select(ToRow));
        await db.SaveChangesAsync(cancel);
        foreach (var source in batch.Select(item => item.Source).Distinct())
        {
            var oldestKept = await db.RejectedSignals.Where(row => row.Source == source)
                .OrderByDescending(row => row.Id).Skip(options.Value.RejectionsPerSource).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancel);
            if (oldestKept is { } last)
            {
                await db.RejectedSignals.Where(row => row.Source == source && row.Id <= last).ExecuteDeleteAsync(cancel);
            }
        }

        var now = time.GetUtcNow();
        if (now - _trimmedAt >= TrimEvery)
        {
            _trimmedAt = now;
            var before = (now - options.Value.RejectionsKept).ToUnixTimeMilliseconds();
            await db.RejectedSignals.Where(row => row.AtMs < before).ExecuteDeleteAsync(cancel);
        }
    }

    private static RejectedSignalRow ToRow(RejectedSignal item) =>
        new() { Source = item.Source, AtMs = item.AtMs, Reason = item.Reason, Detail = item.Detail, Payload = item.Payload };
}
