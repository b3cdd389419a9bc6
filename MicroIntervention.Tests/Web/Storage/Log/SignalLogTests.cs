using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Storage.Log;

public sealed class SignalLogTests
{
    [Fact]
    [Proves("R-05")]
    public void Read_AfterRestart_GivesEveryRecordOnceInOrder()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, seed: 1);
        fixture.Log.Append(source.Control("""{"killed":false}"""));
        for (var i = 0; i < 50; i++)
        {
            fixture.Log.Append(source.Batch((i % 9) + 1, decisionEvery: 7));
        }

        source.WaitFor(51);
        fixture.Restart();

        Assert.Equal(source.Sent, fixture.ReadAll());
        Assert.True(fixture.Verify() is { IsSound: true, Records: > 200 } report, string.Join('\n', fixture.Verify().Findings));
        Assert.Equal(source.Sent.Count(one => one.Header.Partition == 3), fixture.Log.NextOffset(3));
    }

    [Fact]
    public void Completed_ManyBatches_KeepsOrderOfAppending()
    {
        using var fixture = new LogFixture(new SignalLogOptions { QueueCapacity = 4 });
        var source = new SignalSource(LogFixture.Partitions, seed: 2);
        var sent = Enumerable.Range(0, 200).Select(_ => source.Batch(3)).ToList();
        sent.ForEach(fixture.Log.Append);
        source.WaitFor(200);
        Assert.Equal(sent, source.Completed);
        Assert.True(SpinWait.SpinUntil(() => fixture.Log.QueueDepth == 0, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Read_FromOffsets_SkipsWhatCameBefore()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, seed: 4);
        for (var i = 0; i < 600; i++)
        {
            fixture.Log.Append(source.Batch(4));
            source.WaitFor(i + 1);
        }

        // One commit a batch, so that runs (256 blobs) are crossed.
        var from = Enumerable.Range(0, LogFixture.Partitions).Select(p => fixture.Log.NextOffset(p) - (p * 5)).ToArray();
        Assert.Equal(source.Sent.Where(one => one.Header.Offset >= from[one.Header.Partition]), fixture.ReadAll(from));
        using var reader = SegmentReader.TryOpen(LogSegment.List(fixture.Installation.LogFolder)[0], fixture.Installation)!;
        Assert.True(reader.FirstBlobFor(from) > 256, "a late start should skip the first runs");
        fixture.Restart();
        for (var p = 0; p < LogFixture.Partitions; p++)
        {
            Assert.Equal(from[p] + (p * 5), fixture.Log.NextOffset(p));
        }
    }

    [Fact]
    public void Append_OffsetWithGap_IsRefusedWhole()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, seed: 5);
        fixture.Log.Append(source.Batch(20));
        source.Batch(1, onlyVisitor: 3);
        var wrong = source.Batch(5, onlyVisitor: 3);
        Assert.Throws<InvalidOperationException>(() => fixture.Log.Append(wrong));
        source.WaitFor(1);
        Assert.Equal(20, fixture.ReadAll().Count);
    }

    [Fact]
    public void ReadSession_ManyVisitors_GivesThatSessionOnly()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, seed: 6, visitors: 200);
        for (var hour = 0; hour < 3; hour++)
        {
            for (var i = 0; i < 20; i++)
            {
                fixture.Log.Append(source.Batch(50));
            }

            source.Advance(TimeSpan.FromHours(1));
        }

        source.WaitFor(60);
        var wanted = source.Sent.First(one => one.Header.Visitor == SignalSource.Visitor(42));
        var read = new RecordCollector();
        fixture.Log.ReadSession(wanted.Header.Session, wanted.Header.Visitor, wanted.Header.At, wanted.Header.At + TimeSpan.FromHours(1), read, CancellationToken.None);
        Assert.Equal(source.Sent.Where(one => one.Header.Session == wanted.Header.Session), read.Records);
        var all = new RecordCollector();
        fixture.Log.ReadVisitor(wanted.Header.Visitor, default, new Moment(long.MaxValue), all, CancellationToken.None);
        Assert.Equal(source.Sent.Where(one => one.Header.Visitor == wanted.Header.Visitor), all.Records);
        Assert.True(all.Records.Count > read.Records.Count);
    }

    [Fact]
    [Proves("R-71")]
    public void EraseVisitor_KeysAndBytesAreGone_OthersStay()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, seed: 7);
        fixture.Log.Append(source.Batch(300));
        source.WaitFor(1);
        fixture.Time.Advance(TimeSpan.FromDays(1));
        fixture.Log.Append(source.Batch(300));
        source.WaitFor(2);
        Assert.Equal(2, fixture.Segments.Length);
        var wrapped = fixture.Segments.Select(file => KeyBytes(file, 5)).ToList();
        Assert.All(wrapped, key => Assert.True(fixture.Contains(key)));

        var result = fixture.Log.EraseVisitor(SignalSource.Visitor(5));

        Assert.Equal(new ErasureResult(2, true), result);
        Assert.All(wrapped, key => Assert.False(fixture.Contains(key), "the wrapped key can still be found on disk"));
        var read = fixture.ReadAll();
        Assert.Equal(600, read.Count);
        Assert.All(read, one => Assert.Equal(one.Header.Visitor == SignalSource.Visitor(5), one.Payload.Length == 0));
        var report = fixture.Verify();
        Assert.True(report.IsSound);
        Assert.Equal(read.Count(one => one.Payload.Length == 0), report.ErasedRecords);

        // Coming back later starts anew.
        fixture.Log.Append(source.Batch(1, onlyVisitor: 5));
        source.WaitFor(3);
        Assert.Contains(SignalSource.SecretOf(5), fixture.ReadAll()[^1].Payload, StringComparison.Ordinal);
    }

    [Fact]
    [Proves("R-71")]
    public void Append_PersonalStrings_AreNowhereInTheFolder()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, seed: 8);
        fixture.Log.Append(source.Control("""{"killed":false}"""));
        fixture.Log.Append(source.Batch(500, decisionEvery: 10));
        source.WaitFor(2);
        for (var pass = 0; pass < 2; pass++)
        {
            Assert.True(fixture.Contains(Encoding.UTF8.GetBytes("password-lockout")), "the search itself must work");
            for (var visitor = 0; visitor < 20; visitor++)
            {
                Assert.False(fixture.Contains(Encoding.UTF8.GetBytes(SignalSource.SecretOf(visitor))));
            }

            Assert.False(fixture.Contains(LogFixture.MasterKey));
            Assert.False(fixture.Contains(fixture.Installation.HashKey.ToArray()));
            fixture.Restart();
        }
    }

    [Fact]
    [Proves("R-05")]
    public void Append_DiskFull_StallsThenCommitsTheSameBatchesInOrder()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, seed: 9);
        fixture.Log.Append(source.Batch(50));
        source.WaitFor(1);
        fixture.Log.LimitGrowth(pages: 8);
        var sent = Enumerable.Range(0, 30).Select(_ => source.Batch(100, decisionEvery: 9)).ToList();
        sent.ForEach(fixture.Log.Append);
        Assert.True(SpinWait.SpinUntil(() => !fixture.Log.IsHealthy && source.Stalled > 0, TimeSpan.FromSeconds(30)));
        Assert.Contains("disk is full", fixture.Log.Health.Reason, StringComparison.Ordinal);
        Assert.True(source.Completed.Count < 31);

        fixture.Log.LimitGrowth(null);

        source.WaitFor(31);
        Assert.Equal(sent, source.Completed.Skip(1));
        Assert.True(SpinWait.SpinUntil(() => fixture.Log.IsHealthy, TimeSpan.FromSeconds(10)));
        Assert.Equal(source.Sent, fixture.ReadAll());
        Assert.True(fixture.Verify().IsSound);
        Assert.Equal(source.Decisions.Count, fixture.Decisions.CountSince(default).Sum(one => one.Count));
    }

    [Fact]
    public void Append_NewDay_RollsAndRetentionDeletesOldFiles()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, seed: 10);
        for (var day = 0; day < 4; day++)
        {
            fixture.Log.Append(source.Batch(40));
            source.WaitFor(day + 1);
            fixture.Time.Advance(TimeSpan.FromDays(1));
            source.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(4, fixture.Segments.Length);
        Assert.Equal(source.Sent, fixture.ReadAll());
        var from = Enumerable.Range(0, LogFixture.Partitions).Select(p => fixture.Log.NextOffset(p) - 2).ToArray();
        Assert.Equal(source.Sent.Where(one => one.Header.Offset >= from[one.Header.Partition]), fixture.ReadAll(from));

        Assert.Equal(2, fixture.Log.DeleteSegmentsOlderThan(source.Sent[80].Header.At));

        Assert.Equal(source.Sent.Skip(80), fixture.ReadAll());
        fixture.Restart();
        Assert.Equal(source.Sent.Skip(80), fixture.ReadAll());
        Assert.True(fixture.Verify().IsSound);
    }

    [Fact]
    public void Append_MoreThanSegmentBytes_Rolls()
    {
        using var fixture = new LogFixture(new SignalLogOptions { SegmentBytes = 1 << 20, CheckpointBytes = 1 << 20 });
        var source = new SignalSource(LogFixture.Partitions, seed: 11);
        for (var i = 0; i < 60; i++)
        {
            fixture.Log.Append(source.Batch(400));
            // One commit each: on a busy machine all would go into a single one, and a file is only left between two.
            source.WaitFor(i + 1);
        }

        Assert.InRange(fixture.Segments.Length, 2, 10);
        Assert.Equal(source.Sent, fixture.ReadAll());
        Assert.True(fixture.Verify().IsSound);
    }

    [Fact]
    public void Append_ManySmallCommits_KeepsTheWriteAheadLogSmall()
    {
        using var fixture = new LogFixture(new SignalLogOptions { CheckpointBytes = 1 << 20, Durability = LogDurability.Normal });
        var source = new SignalSource(LogFixture.Partitions, seed: 12);
        for (var i = 0; i < 3_000; i++)
        {
            fixture.Log.Append(source.Batch(1));
            source.WaitFor(i + 1);
        }

        // Each commit writes two pages and more: 24 MB and up, were it not copied and begun again.
        Assert.InRange(new FileInfo(Assert.Single(fixture.Segments) + "-wal").Length, 1, 12 << 20);
    }

    private static byte[] KeyBytes(string segment, int visitor)
    {
        using var file = SqliteFile.OpenForReading(segment);
        using var select = file.Prepare("SELECT wrapped FROM visitor_key WHERE visitor = ?").Bind(1, SignalSource.Visitor(visitor).Value.ToBytes());
        Assert.True(select.Step());
        return select.Bytes(0).ToArray();
    }
}
