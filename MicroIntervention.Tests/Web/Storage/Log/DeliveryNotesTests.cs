using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Storage.Log;

/// <summary>What became of prompts, beside the records of the log.</summary>
public sealed class DeliveryNotesTests
{
    [Fact]
    [Proves("R-24")]
    public void Notes_AfterRestart_AreThoseCommittedOldestFirst()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, 5);
        DeliveryNote[] notes =
        [
            new(Id(1), SignalSource.Visitor(1), DeliveryNoteKind.Sent, new Moment(1000)),
            new(Id(1), SignalSource.Visitor(1), DeliveryNoteKind.Shown, new Moment(1040), 41.5),
            new(Id(1), SignalSource.Visitor(1), DeliveryNoteKind.HandoffWanted, new Moment(2000)),
            new(Id(2), SignalSource.Visitor(2), DeliveryNoteKind.Expired, new Moment(3000)),
        ];
        var batch = source.Batch(3);
        batch.Notes.AddRange(notes);
        fixture.Log.Append(batch);
        fixture.Restart();

        Assert.Equal([notes[0], notes[1], notes[3]], All(fixture, default));
        Assert.Equal([notes[1], notes[3]], All(fixture, new Moment(1001)));
        Assert.Equal([notes[2]], fixture.Notes.Handoffs(default, 10));
        Assert.Empty(fixture.Notes.Handoffs(new Moment(2001), 10));
        Assert.Equal(notes[..2], fixture.Notes.Of([Id(1)], new Moment(1000)));
        Assert.Equal([notes[0], notes[1], notes[3]], fixture.Notes.Of([Id(2), Id(1)], default));
        Assert.Empty(fixture.Notes.Of([Id(3)], default));
        Assert.Empty(fixture.Verify().Findings);
    }

    [Fact]
    [Proves("R-24")]
    public void Notes_OfManyFiles_AreFoundWithoutOpeningThoseClosedBefore()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, 7);
        var expected = new List<DeliveryNote>();
        for (var day = 0; day < 40; day++)
        {
            var batch = source.Batch(3);
            var at = Moment.From(fixture.Time.GetUtcNow());
            batch.Notes.Add(new(Id((ulong)day), SignalSource.Visitor(day), DeliveryNoteKind.Sent, at));
            batch.Notes.Add(new(Id((ulong)day), SignalSource.Visitor(day), DeliveryNoteKind.HandoffWanted, at));
            expected.AddRange(batch.Notes);
            fixture.Log.Append(batch);
            fixture.Drain();
            fixture.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(40, fixture.Segments.Length);
        Assert.Equal(expected.Where(n => n.Kind == DeliveryNoteKind.Sent), All(fixture, default));
        Assert.Equal([expected[6]], fixture.Notes.Of([Id(3)], default));
        foreach (var old in fixture.Segments[..35])
        {
            File.Delete(old + "-wal");
            File.Delete(old + "-shm");
            File.WriteAllText(old, "whoever opens this finds no database");
        }

        var since = expected[2 * 36].At;
        Assert.Equal(expected[(2 * 36)..].Where(n => n.Kind == DeliveryNoteKind.Sent), All(fixture, since));
        Assert.Equal(expected[(2 * 36)..].Where(n => n.Kind == DeliveryNoteKind.HandoffWanted), fixture.Notes.Handoffs(since, 1_000));
        Assert.Equal([expected[78]], fixture.Notes.Of([Id(39)], since));
        Assert.Empty(fixture.Decisions.Latest(new DecisionQuery { Since = since }));
        Assert.Empty(fixture.Decisions.CountSince(since));
        Assert.ThrowsAny<IOException>(() => All(fixture, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Proves("R-24")]
    public void Notes_InFilesOfTheFirstLayout_AreFoundAndTheNewestIsBroughtUpToDate(bool withoutTable)
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, 8);
        DeliveryNote[] notes = [new(Id(1), SignalSource.Visitor(1), DeliveryNoteKind.Sent, new Moment(1000)), new(Id(1), SignalSource.Visitor(1), DeliveryNoteKind.HandoffWanted, new Moment(2000))];
        for (var file = 0; file < 2; file++)
        {
            var batch = source.Batch(3);
            batch.Notes.AddRange(notes);
            fixture.Log.Append(batch);
            fixture.Drain();
            fixture.Log.RollNow();
        }

        fixture.Log.Dispose();
        foreach (var segment in fixture.Segments)
        {
            using var file = SqliteFile.OpenForWriting(segment, create: false);
            file.Execute("DROP INDEX note_at");
            file.Execute("DROP INDEX note_handoff");
            file.Execute("DROP INDEX note_key");
            if (withoutTable)
            {
                file.Execute("DROP TABLE note");
            }
        }

        fixture.Restart();
        var found = withoutTable ? 0 : 2;
        Assert.Equal(found, All(fixture, default).Count);
        Assert.Equal(found, fixture.Notes.Of([Id(1)], default).Count);
        Assert.Equal(found, fixture.Notes.Handoffs(default, 10).Count);
        Assert.Equal([0L, 3L], fixture.Segments.Select(Indexes));
        var more = source.Batch(1);
        more.Notes.AddRange(notes);
        fixture.Log.Append(more);
        fixture.Drain();
        Assert.Equal(found + 1, fixture.Notes.Of([Id(1)], default).Count);
        Assert.Empty(fixture.Verify().Findings);
    }

    [Fact]
    [Proves("R-31")]
    public void ReadAt_SomePlaces_GivesThoseRecordsAndErasedOnesEmpty()
    {
        using var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, 6);
        fixture.Log.Append(source.Batch(400));
        fixture.Restart();
        var wanted = new[] { source.Sent[7], source.Sent[123], source.Sent[399] };
        fixture.Log.EraseVisitor(wanted[1].Header.Visitor);
        var reader = new Collector();
        fixture.Log.ReadAt(wanted.Select(w => new LogPosition(w.Header.Partition, w.Header.Offset)).ToHashSet(), reader, CancellationToken.None);

        Assert.Equal(wanted.Select(w => w.Header.Message), reader.Messages);
        Assert.True(reader.Lengths[1] == 0 && reader.Lengths[0] > 0 == (wanted[0].Header.Visitor != wanted[1].Header.Visitor));
        Assert.Equal(source.Sent.Count(s => s.Header.Partition == 0), fixture.Log.NextOffset(0));
    }

    private static List<DeliveryNote> All(LogFixture fixture, Moment since)
    {
        var found = new List<DeliveryNote>();
        fixture.Notes.Since(since, found.Add);
        return [.. found.OrderBy(n => n.At)];
    }

    private static long Indexes(string segment)
    {
        using var file = SqliteFile.OpenForReading(segment);
        return file.Scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'note%'") ?? 0;
    }

    private static DecisionId Id(ulong number) => new(new Hash128(number, 9));

    private sealed class Collector : ILogReader
    {
        public List<MessageKey> Messages { get; } = [];

        public List<int> Lengths { get; } = [];

        public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            Messages.Add(header.Message);
            Lengths.Add(payload.Length);
        }
    }
}
