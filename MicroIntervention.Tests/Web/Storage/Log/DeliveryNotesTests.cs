using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

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

        Assert.Equal([notes[0], notes[1], notes[3]], fixture.Decisions.Notes(10, handoffs: false, default));
        Assert.Equal([notes[1], notes[3]], fixture.Decisions.Notes(2, handoffs: false, default));
        Assert.Equal([notes[2]], fixture.Decisions.Notes(10, handoffs: true, default));
        Assert.Empty(fixture.Decisions.Notes(10, handoffs: true, new Moment(2001)));
        Assert.Equal(notes[..2], fixture.Decisions.NotesOf(SignalSource.Visitor(1), new Moment(1000)));
        Assert.Equal([notes[1]], fixture.Decisions.NotesOf(SignalSource.Visitor(1), new Moment(1001)));
        Assert.Empty(fixture.Decisions.NotesOf(SignalSource.Visitor(3), default));
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
