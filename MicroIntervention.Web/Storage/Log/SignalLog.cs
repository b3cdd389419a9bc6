using System.Diagnostics;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>The durable signal log: SQLite segments, one commit thread, one transaction for whatever all shards have handed in meanwhile.</summary>
/// <remarks>
/// Thread-safe. A failed commit is told to every waiting batch (<see cref="LogBatch.Stalled"/>), shown in <see cref="Health"/>, and tried again with the
/// same batches in the same order until it succeeds: nothing is dropped, nothing overtakes. Order of <see cref="LogBatch.Completed"/> is the order of appending.
/// </remarks>
public sealed partial class SignalLog : ISignalLog, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Installation _installation;
    private readonly SignalLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SignalLog> _logger;
    private readonly CommitQueue _queue;
    private readonly object _gate = new();
    private readonly VisitorKeys _keys;
    private readonly Checkpointer _checkpointer;
    private readonly SignalLogMeter _meter;
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _thread;
    private readonly long[] _accepted;
    private SegmentWriter? _writer;
    private LogSegment _active;
    private long _activeNumber;
    private LogHealth _health = LogHealth.Healthy;
    private long _nextBlob;
    private long _failedFrom = long.MaxValue;
    private long _pagesAtCheckpoint;
    private int _gateWaiters;
    private long _records;

    /// <summary>Opens the log of an installation, or begins it, and starts its threads.</summary>
    /// <exception cref="InstallationException">A segment belongs elsewhere or is incomplete.</exception>
    /// <exception cref="MasterKeyException">The master key does not open the segments.</exception>
    /// <exception cref="LogCorruptionException">The newest blobs are damaged.</exception>
    /// <exception cref="SqliteFault">The newest file is not a database or cannot be opened.</exception>
    public SignalLog(Installation installation, SignalLogOptions options, TimeProvider time, ILogger<SignalLog> logger)
    {
        _installation = installation;
        _options = options;
        _time = time;
        _logger = logger;
        _queue = new CommitQueue(options.QueueCapacity);
        _keys = new VisitorKeys(options.CachedKeys, key => _writer!.Store(key));
        OwnerOnly.CreateFolder(installation.LogFolder);
        _writer = OpenNewest();
        _active = _writer.Segment;
        _activeNumber = _active.Number;
        _accepted = _writer.NextOffsets.ToArray();
        _checkpointer = new Checkpointer(_gate, logger);
        _meter = new SignalLogMeter(() => _queue.Depth, () => _writer?.Bytes ?? 0, () => Health.IsHealthy ? 0 : 1);
        logger.LogOpened(_active.Number, installation.Partitions, options.Durability);
        _thread = new Thread(Run) { Name = "log commit", IsBackground = true };
        _thread.Start();
    }

    public LogHealth Health => Volatile.Read(ref _health);

    public bool IsHealthy => Health.IsHealthy;

    /// <summary>Batches waiting or under way.</summary>
    public int QueueDepth => _queue.Depth;

    /// <summary>Records made durable since the start.</summary>
    public long RecordsCommitted => Volatile.Read(ref _records);

    /// <summary>The offset the next record of a partition must carry.</summary>
    public long NextOffset(int partition) => Volatile.Read(ref _accepted[partition]);

    /// <exception cref="InvalidOperationException">A record's offset does not follow its partition's last one; nothing of the batch was taken.</exception>
    public void Append(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var headers = batch.Headers;
        for (var i = 0; i < headers.Length; i++)
        {
            // A partition has one owner, so these cells are never contended.
            ref var expected = ref _accepted[headers[i].Partition];
            if (headers[i].Offset != expected)
            {
                var position = new LogPosition(headers[i].Partition, headers[i].Offset);
                var wanted = expected;
                while (--i >= 0)
                {
                    _accepted[headers[i].Partition]--;
                }

                throw new InvalidOperationException($"Record {position} cannot be appended: the partition's next offset is {wanted}.");
            }

            expected++;
        }

        _queue.Add(batch);
    }

    /// <summary>Commits what waits, copies the write-ahead log into the segment and closes it. While stalled, what waits is left unacknowledged.</summary>
    public void Dispose()
    {
        if (_stopping.IsSet)
        {
            return;
        }

        _queue.Close();
        _stopping.Set();
        _thread.Join();
        _checkpointer.Dispose();
        lock (_gate)
        {
            if (_writer is { } writer)
            {
                try
                {
                    writer.File.Checkpoint(truncate: true);
                }
                catch (SqliteFault failed)
                {
                    _logger.CheckpointFailed(failed, _active.Number);
                }

                writer.Dispose();
                _writer = null;
            }

            _keys.Dispose();
        }

        _meter.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        var group = new List<LogBatch>();
        while (_queue.TakeAll(group))
        {
            if (!CommitUntilDurable(group))
            {
                return;
            }

            var records = 0L;
            foreach (var batch in group)
            {
                records += batch.Records.Count;
                try
                {
                    batch.Completed();
                }
#pragma warning disable CA1031 // One owner's fault must not stop the log for all others.
                catch (Exception fault)
#pragma warning restore CA1031
                {
                    _logger.OwnerFailed(fault);
                }
            }

            Volatile.Write(ref _records, _records + records);
            _queue.Release(group.Count);
            group.Clear();
            AfterCommit();
        }
    }

    /// <summary>False only when the log is closed while it cannot be written.</summary>
    private bool CommitUntilDurable(List<LogBatch> group)
    {
        var pause = FirstPause;
        var told = 0;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Commit(group, attempt);
                return true;
            }
#pragma warning disable CA1031 // Whatever it is, the batches are kept, the owners are told, and it is tried again.
            catch (Exception cause)
#pragma warning restore CA1031
            {
                Fail(cause, attempt, group.Count);
                // Those that arrive meanwhile wait behind the failed ones and are told too. The group of an ambiguous commit stays as it is.
                if (_failedFrom == long.MaxValue)
                {
                    _queue.TakeMore(group);
                }

                for (; told < group.Count; told++)
                {
                    group[told].Stalled(cause);
                }
            }

            if (_stopping.Wait(pause))
            {
                return false;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Commit(List<LogBatch> group, int attempt)
    {
        while (Volatile.Read(ref _gateWaiters) > 0)
        {
            // Erasure and backup want the gate; a busy commit thread would take it again before they wake.
            Thread.Sleep(0);
        }

        lock (_gate)
        {
            _writer ??= Reopen();
            if (_writer.LastBlob < _failedFrom)
            {
                RollWhenDue();
                var from = _nextBlob;
                var started = Stopwatch.GetTimestamp();
                var records = 0L;
                foreach (var batch in group)
                {
                    records += batch.Records.Count;
                }

                if (group.TrueForAll(batch => batch.IsEmpty))
                {
                    // Nothing but repeats: what they repeat is durable, or stands before them in this log.
                    return;
                }

                _failedFrom = from;
                _writer.Write(group, ref _nextBlob);
                _meter.Committed(records, Stopwatch.GetElapsedTime(started));
            }

            // Else the attempt that seemed to fail had reached the file.
            _failedFrom = long.MaxValue;
        }

        if (attempt > 0)
        {
            Volatile.Write(ref _health, LogHealth.Healthy);
            _logger.LogRecovered(attempt);
        }
    }

    private void Fail(Exception cause, int attempt, int batches)
    {
        _meter.Failed();
        lock (_gate)
        {
            try
            {
                _writer?.RollBack();
                if (cause is SqliteFault { IsFull: true })
                {
                    // Certainly undone; the connection is sound.
                    _failedFrom = long.MaxValue;
                }
                else
                {
                    Abandon();
                }
            }
            catch (IOException)
            {
                Abandon();
            }
        }

        if (attempt == 0)
        {
            _logger.LogStalled(cause, batches);
            Volatile.Write(ref _health, new LogHealth(false, Reason(cause), _time.GetUtcNow()));
        }
    }

    private static string Reason(Exception cause) => cause is SqliteFault { IsFull: true }
        ? "The disk is full: the signal log cannot be written. Free some space; it goes on by itself."
        : $"The signal log cannot be written: {cause.Message}";

    private void AfterCommit()
    {
        // Pages, not records: a commit of one small event writes two pages and more.
        if (_writer is { } writer && writer.File.PagesWritten - _pagesAtCheckpoint >= _options.CheckpointBytes / SegmentMeta.PageBytes)
        {
            _pagesAtCheckpoint = writer.File.PagesWritten;
            _checkpointer.Nudge(writer.Segment);
        }
    }
}
