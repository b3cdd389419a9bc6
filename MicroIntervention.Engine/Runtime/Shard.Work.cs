using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <content>What a piece of work does: signals, control and clock records, and what is kept of them in the batch.</content>
internal sealed partial class Shard
{
    /// <summary>Fetches for the next pieces of work, as many as make a group; a larger one fetches the rest itself.</summary>
    /// <returns>Index after the last piece that was fetched for.</returns>
    private int FetchFrom(int first)
    {
        var end = first;
        for (var signals = 0; end < _round.Count; end++)
        {
            var batch = _round[end].Signals;
            signals += batch?.Count ?? 0;
            if (end > first && signals > Prefetcher.Group)
            {
                break;
            }

            if (batch is not null)
            {
                Fetch(batch.Signals);
            }
        }

        _prefetcher.Run();
        return end;
    }

    private void Fetch(ReadOnlySpan<Signal> signals)
    {
        for (var i = 0; i < signals.Length && !_prefetcher.IsFull; i++)
        {
            if (_partitions[_host.PartitionOf(signals[i].Visitor)] is { } partition)
            {
                _prefetcher.Add(partition, signals[i].Visitor);
                _dedupe.Fetch(signals[i].Message);
            }
        }
    }

    private void Take(ShardWork work, Moment now)
    {
        if (work.Signals is { } signals)
        {
            var all = signals.Signals;
            for (var i = 0; i < all.Length; i++)
            {
                if (i > 0 && i % Prefetcher.Group == 0)
                {
                    Fetch(all[i..]);
                    _prefetcher.Run();
                }

                ref readonly var signal = ref all[i];
                if (_partitions[_host.PartitionOf(signal.Visitor)] is { } partition)
                {
                    Take(partition, signals, in signal, now);
                }
            }

            _batch.Waiting.Add(signals);
            Queue.Release(work.Count);
        }

        if (work.Messages is { } messages)
        {
            foreach (var message in messages)
            {
                Take(message, now);
            }
        }

        if (work.Control is { Message: { } said } fromOutside)
        {
            Take(said, now);
            _batch.Controls.Add(fromOutside);
        }
        else if (work.Control is { Forget: { } erased } forget)
        {
            _partitions[_host.PartitionOf(erased)]?.Forget(erased);
            _batch.Controls.Add(forget);
        }
        else if (work.Control is { ClockAt: { } at } clock)
        {
            foreach (var partition in Partitions)
            {
                partition.Advance(at, ref _output, this);
                _batch.Log.Add(partition.Record(RecordKind.Tick, at, now), clock.Payload);
            }

            _batch.Controls.Add(clock);
        }
        else if (work.Control is { } control)
        {
            HandOver();
            if (control.Meet(() => _isGivenUp))
            {
                Control(control, now);
            }

            if (_isGivenUp)
            {
                throw new OperationCanceledException();
            }
        }

        _copy = work.Copy ?? _copy;
    }

    /// <summary>The other shards stand still: writes the record for all their partitions too, in one batch.</summary>
    private void Control(ControlWork control, Moment now)
    {
        foreach (var partition in _host.Partitions)
        {
            var at = partition.MomentFor(now);
            partition.Advance(at, ref _output, this);
            partition.Control(_host.Controls, control.Payload);
            _batch.Log.Add(partition.Record(RecordKind.Control, at, now), control.Payload);
        }

        _batch.Controls.Add(control);
        Append();
        control.Written();
        _batch = FreeBatch();
    }

    /// <summary>What another partition, or a person of the team, says: a record of this one.</summary>
    private void Take(CustomerMessage message, Moment now)
    {
        var partition = _partitions[_host.PartitionOf(message.Target)]!;
        if (!partition.IsNew(message))
        {
            return;
        }

        var at = partition.MomentFor(now);
        partition.Take(message, at, ref _output, this);
        _batch.Log.Add(partition.Record(message, at, now), CustomerMessageCodec.Encode(message));
        if (message.Origin.Partition >= 0)
        {
            _batch.Received.Add(message.Origin);
        }
    }

    private void Take(PartitionState partition, SignalBatch signals, in Signal signal, Moment now)
    {
        if (!_dedupe.TryAdd(signal.Message, now))
        {
            _batch.Duplicates++;
            return;
        }

        var raw = signals.RawOf(in signal);
        var read = signal;
        if (read.SchemaVersion != partition.Plan.Schema.Version)
        {
            // The plan changed between the door and here.
            _host.Reader.Reread(ref read, raw, partition.Plan.Schema);
        }

        var at = partition.MomentFor(now, in read);
        var visitor = partition.Apply(in read, at, ref _output, this);
        if (read.Kind == SignalKind.Identify)
        {
            visitor.Name(CustomerName.Read(raw), partition.NextOffset - 1);
        }

        var header = RecordCodec.HeaderOf(in read, partition.Index, partition.NextOffset - 1, at, in _output);
        _batch.Log.Add(header, raw);
        if (read.Kind >= SignalKind.Shown)
        {
            NoteReport(in header, raw);
        }

        _batch.Signals++;
        _batch.Late += _output.Verdict == SignalVerdict.Late ? 1 : 0;
        if (_output.Decisions.Count > 0)
        {
            Keep(visitor, raw, ref _output, signal.ReceivedAt);
        }

        partition.Describe(visitor, in read, raw, at, ref _output, this);
    }

    private void Keep(VisitorState visitor, ReadOnlySpan<byte> raw, ref StepOutput output, Moment? receivedAt = null)
    {
        foreach (var decision in output.Decisions)
        {
            _batch.Decisions.Add(decision);
            _batch.Log.Decisions.Add(RecordCodec.EntryOf(decision));
            if (decision is Decision.Intervene intervene && _host.Composer is { } composer)
            {
                var from = receivedAt ?? decision.Facts.At;
                var requests = composer.Compose(intervene, EngineHost.PersonOf(_partitions[_host.PartitionOf(visitor.Id)]!, visitor, visitor.Id), raw, from, from + _host.Options.PromptBudget);
                if (requests.Length > 0)
                {
                    _batch.Prompts.Add(requests);
                }
                else
                {
                    _batch.Log.Notes.Add(new DeliveryNote(decision.Id, decision.Facts.Visitor, DeliveryNoteKind.NoReceiver, decision.Facts.At));
                }
            }
        }
    }

    /// <summary>In the same batch as the report: a wish to talk to a person is known after every crash that the report survives.</summary>
    private void NoteReport(in RecordHeader report, ReadOnlySpan<byte> raw)
    {
        var paint = report.SignalKind == SignalKind.Shown ? LiveFeed.PaintOf(raw) : null;
        _batch.Log.Notes.Add(new DeliveryNote(report.About, report.Visitor, (DeliveryNoteKind)report.SignalKind, report.At, paint));
        if (report.SignalKind == SignalKind.PersonRequested)
        {
            _batch.Log.Notes.Add(new DeliveryNote(report.About, report.Visitor, DeliveryNoteKind.HandoffWanted, report.ReceivedAt));
        }
    }
}
