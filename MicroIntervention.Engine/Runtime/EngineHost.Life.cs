using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Engine.Runtime;

/// <content>Beginning and end: recovery, checkpoints, start, stop.</content>
public sealed partial class EngineHost
{
    private static readonly TimeSpan JoinStep = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SlowLogPatience = TimeSpan.FromSeconds(30);
    private bool _isStopped;

    /// <summary>How the engine came back to its state; null before <see cref="Recover"/>.</summary>
    public RecoveryReport? Recovered { get; private set; }

    /// <summary>The latest attempt at a checkpoint; null when there was none in this life.</summary>
    public CheckpointReport? LastCheckpoint { get; private set; }

    /// <summary>True when every partition is under the same plan. Only a log of an earlier version can say otherwise, after a crash in the middle of a change.</summary>
    public bool IsOfOnePlan => Array.TrueForAll(_partitions, p => p.Plan.Fingerprint == CurrentPlan.Fingerprint && p.Plan.Killed == CurrentPlan.Killed
        && p.Plan.Scenarios.Select(s => s.Policy.Enabled).SequenceEqual(CurrentPlan.Scenarios.Select(s => s.Policy.Enabled)));

    /// <summary>Records that were given offsets, all partitions together.</summary>
    internal long RecordsTaken => _partitions.Sum(p => p.NextOffset);

    /// <summary>Comes back to the state that the log determines: from the newest usable checkpoint and the log after it, else from the whole log.</summary>
    /// <remarks>The same records, plans and steps as live, so the same state. Sends nothing.</remarks>
    /// <returns>Records read from the log.</returns>
    public long Recover(CancellationToken cancellation)
    {
        var ignored = new List<string>();
        var report = FromCheckpoint(ignored, cancellation);
        if (report is null)
        {
            var recovery = new Recovery(this, _partitions, _dedupes);
            Log.Read(_partitions.Select(p => p.NextOffset).ToArray(), recovery, cancellation);
            report = new RecoveryReport(null, recovery.Records, 0, [.. ignored]);
        }

        Recovered = report;
        foreach (var dedupe in _dedupes)
        {
            dedupe.NumberFrom(Now.Milliseconds);
        }

        _maker?.BeganFrom(report.Checkpoint, RecordsTaken - report.Records);
        CurrentPlan = _partitions[0].Plan;
        if (_partitions.Any(p => p.Plan.Killed))
        {
            CurrentPlan = CurrentPlan with { Killed = true };
        }

        Gates.Follow(CurrentPlan);
        return report.Records;
    }

    public void Start()
    {
        _running = true;
        PassUntold();
        foreach (var shard in _shards)
        {
            shard.Start();
        }

        _maker?.Start();
    }

    /// <summary>Takes no more, finishes what is queued, waits until it is with the log, and writes a last checkpoint.</summary>
    /// <remarks>
    /// Bounded while the log cannot be written: after <see cref="EngineOptions.StopPatience"/> the rest is given up. None of it was acknowledged;
    /// its senders were told that it is not durable.
    /// </remarks>
    public void Stop()
    {
        if (!_running)
        {
            return;
        }

        lock (_controlGate)
        {
            // After this no control record can be in one shard's queue and miss another's.
            _running = false;
            _isStopped = true;
        }

        _maker?.Stop();
        foreach (var shard in _shards)
        {
            shard.BeginStop();
        }

        if (AwaitShards())
        {
            _maker?.Final();
        }
    }

    /// <summary>Writes a checkpoint now. Only for an engine that has not been started, or on the maker's thread: tests and measurements.</summary>
    internal void MakeCheckpoint() => _maker!.Make(stopped: !_running);

    internal void OnCheckpoint(CheckpointReport report)
    {
        LastCheckpoint = report;
        Tell(o => o.OnCheckpoint(report));
    }

    private RecoveryReport? FromCheckpoint(List<string> ignored, CancellationToken cancellation)
    {
        foreach (var name in Candidates(ignored))
        {
            var partitions = Array.ConvertAll(_partitions, p => new PartitionState(p.Index, Options.Clock, Plan.Empty(Reader.Hash)));
            var dedupes = NewTables(_shards.Length);
            try
            {
                new CheckpointLoader(this, _checkpoints!).Load(name, partitions, dedupes);
                var names = new NameReader(partitions);
                if (names.Wanted.Count > 0)
                {
                    Log.ReadAt(names.Wanted, names, cancellation);
                }

                names.End();

                var recovery = new Recovery(this, partitions, dedupes);
                Log.Read(Array.ConvertAll(partitions, p => Math.Max(0, p.NextOffset - 1)), recovery, cancellation);
                Use(partitions, dedupes);
                return new RecoveryReport(name, recovery.Records, names.Found, [.. ignored]);
            }
            catch (Exception wrong) when (wrong is InvalidDataException or UnauthorizedAccessException or ForeignCheckpointException)
            {
                ignored.Add($"{name}: {wrong.Message}");
            }
        }

        return null;
    }

    private string[] Candidates(List<string> ignored)
    {
        try
        {
            return _checkpoints is null ? [] : CheckpointNames.Newest(_checkpoints.List());
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            ignored.Add(wrong.Message);
            return [];
        }
    }

    private void Use(PartitionState[] partitions, DedupeTable[] dedupes)
    {
        (_partitions, _dedupes) = (partitions, dedupes);
        for (var s = 0; s < _shards.Length; s++)
        {
            _shards[s].Use(PartitionsOf(s, _shards.Length), dedupes[s]);
        }
    }

    private PartitionState?[] PartitionsOf(int shard, int shards) => Array.ConvertAll(_partitions, p => p.Index % shards == shard ? p : null);

    private DedupeTable[] NewTables(int shards) =>
        [.. Enumerable.Range(0, shards).Select(_ => new DedupeTable(Options.DedupeKeysPerTable, Options.DedupeTables))];

    private ControlWork Enqueue(ControlWork work)
    {
        lock (_controlGate)
        {
            if (_isStopped)
            {
                throw new InvalidOperationException("The engine is stopping; nothing can be changed any more.");
            }

            _controls.RemoveAll(c => c.Durable.IsCompleted);
            _controls.Add(work);
            foreach (var shard in _shards)
            {
                shard.Queue.Enqueue(new ShardWork(null, 0, work));
            }

            return work;
        }
    }

    /// <summary>False when some shard had to be given up.</summary>
    private bool AwaitShards()
    {
        var waited = TimeSpan.Zero;
        var committed = -1L;
        var left = _shards.ToList();
        while (waited < (IsStalled ? Options.StopPatience : SlowLogPatience))
        {
            left.RemoveAll(shard => shard.HasEnded(JoinStep));
            if (left.Count == 0)
            {
                return true;
            }

            // A slow log is waited for as long as it goes on.
            var now = _shards.Sum(shard => shard.Committed);
            waited = now == committed ? waited + JoinStep : TimeSpan.Zero;
            committed = now;
        }

        left.ForEach(shard => shard.GiveUp());
        _controls.ForEach(control => control.GiveUp());
        left.ForEach(shard => shard.HasEnded(JoinStep));
        return false;
    }
}
