using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>A change of the plan: whole or not at all, at the clock's own time, and never in the way of a stop.</summary>
public sealed class ControlRecordTests
{
    private const int Partitions = 8;
    private static readonly EngineOptions Small = new()
    {
        Partitions = Partitions, Shards = 3, DedupeKeysPerTable = 1024, DedupeTables = 2, StopPatience = TimeSpan.FromMilliseconds(200),
    };

    private readonly ManualTime _time = new();
    private readonly InMemorySignalLog _log = new(Partitions);

    [Fact]
    [Proves("R-24")]
    public async Task ControlAsync_ManyShards_IsInOneBatchForAllPartitions()
    {
        var batches = new BatchLog(_log);
        using var stage = new EngineStage(_log, _time, Small, batches);
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        for (var i = 0; i < 20; i++)
        {
            var posts = Enumerable.Range(0, 5).Select(n => stage.PostAsync([.. Enumerable.Range(0, 6).Select(v => EngineStage.Event($"v{v}", $"m{i}-{n}-{v}", "Payment Declined"))])).ToList();
            await stage.ControlAsync(new ControlRecord.Kill(i % 2 == 0, "a person", $"change {i}"));
            await Task.WhenAll(posts);
        }

        Assert.Equal(21, batches.ControlsPerBatch.Count);
        Assert.All(batches.ControlsPerBatch, count => Assert.Equal(Partitions, count));
    }

    [Fact]
    [Proves("R-24")]
    public async Task Recover_LogOfHalfAChange_SaysThatThePlansDiffer()
    {
        using (var stage = new EngineStage(_log, _time, Small))
        {
            await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
            await stage.ControlAsync(new ControlRecord.Kill(true, "a person", "enough"));
        }

        var half = new InMemorySignalLog(Partitions);
        var batch = new LogBatch(new NoOwner());
        foreach (var (header, payload) in _log.Records.Where(r => r.Header.Offset == 0 || r.Header.Partition % 3 == 1))
        {
            batch.Add(header, payload);
        }

        half.Append(batch);
        using var second = new EngineStage(half, _time, Small);
        Assert.False(second.Host.IsOfOnePlan);
        Assert.True(second.Host.CurrentPlan.Killed);
        Assert.False(second.Gates.Service.IsOpen);

        await second.ControlAsync(new ControlRecord.Kill(true, "", "made whole"));
        Assert.True(second.Host.IsOfOnePlan);
    }

    [Fact]
    [Proves("R-10")]
    public async Task ControlAsync_EventClock_FiresNoTimer()
    {
        var events = new EngineOptions { Partitions = Partitions, Shards = 2, Clock = EngineClock.Event, DedupeKeysPerTable = 1024, DedupeTables = 2 };
        using var stage = new EngineStage(_log, _time, events);
        await stage.ActivateAsync(CartPack.Source);
        var start = Moment.From(_time.GetUtcNow());
        await stage.PostAsync(EngineStage.Event("leaves", "m1", "Product Added"));
        await EngineStage.Bounded(stage.Host.AdvanceClockAsync(start + TimeSpan.FromSeconds(10)));

        // The machine's time is far ahead of the events'.
        _time.Advance(TimeSpan.FromDays(300));
        await stage.ActivateAsync(CartPack.Source with { Killed = false });
        Assert.Empty(stage.Decisions);

        await EngineStage.Bounded(stage.Host.AdvanceClockAsync(start + TimeSpan.FromSeconds(61)));
        Assert.Equal(start + TimeSpan.FromSeconds(60), Assert.Single(stage.Decisions).Facts.At);
        Assert.All(_log.Records.Where(r => r.Header.Kind == RecordKind.Control), r => Assert.True(r.Header.At <= start + TimeSpan.FromSeconds(10)));
    }

    [Fact]
    [Proves("R-05")]
    public async Task Stop_LogStalledWithAllBatchesUnderWay_EndsAndLosesNothingAcknowledged()
    {
        var stage = new EngineStage(_log, _time, Small);
        await stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        await stage.PostAsync(EngineStage.Event("a", "m1", "Payment Declined"));
        _log.Stall(new IOException("the disk is full"));
        List<Task> changes = [];
        for (var i = 0; i < 40; i++)
        {
            changes.Add(stage.Host.ControlAsync(ControlCodec.Encode(new ControlRecord.Kill(i % 2 == 0, "a person", $"{i}"))));
            Thread.Sleep(2);
        }

        await EngineStage.Bounded(Task.Run(stage.Host.Stop));

        // Nobody waits for ever, and what was acknowledged is there.
        await Assert.ThrowsAnyAsync<IOException>(() => EngineStage.Bounded(Task.WhenAll(changes)));
        Assert.Equal(1, stage.SignalsInLog);
        Assert.Equal(PostResult.NotRunning, stage.Host.TryPost(stage.Read(EngineStage.Event("a", "m2", "Payment Declined"))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => stage.ControlAsync(new ControlRecord.Kill(false, "", "")));
    }

    /// <summary>Counts the control records of each batch.</summary>
    private sealed class BatchLog(InMemorySignalLog inner) : ISignalLog
    {
        public List<int> ControlsPerBatch { get; } = [];

        public void Append(LogBatch batch)
        {
            var controls = batch.Records.Count(r => r.Kind == RecordKind.Control);
            if (controls > 0)
            {
                lock (ControlsPerBatch)
                {
                    ControlsPerBatch.Add(controls);
                }
            }

            inner.Append(batch);
        }

        public void Read(ReadOnlySpan<long> fromOffsets, ILogReader reader, CancellationToken cancellation) => inner.Read(fromOffsets, reader, cancellation);

        public void ReadAt(IReadOnlySet<LogPosition> places, ILogReader reader, CancellationToken cancellation) => inner.ReadAt(places, reader, cancellation);

        public long NextOffset(int partition) => inner.NextOffset(partition);
    }

    private sealed class NoOwner : ILogBatchOwner
    {
        public void OnCommitted(LogBatch batch)
        {
        }

        public void OnStalled(LogBatch batch, Exception cause)
        {
        }
    }
}
