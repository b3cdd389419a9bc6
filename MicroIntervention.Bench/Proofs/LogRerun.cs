using System.Runtime.InteropServices;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Bench.Proofs;

/// <summary>A server's log, read from its first record through partitions that were never interrupted: what it holds, and what should have been decided.</summary>
/// <remarks>Uses no checkpoint and no recovery, only the partition and its one step. For a wall-clock folder that no server holds.</remarks>
internal sealed class LogRerun : ILogReader, IStepSink
{
    private readonly PartitionState[] _partitions;
    private readonly List<byte[]>[] _made;
    private readonly PlanBook _book;
    private readonly SignalRereader _reader;
    private readonly Func<byte[], string?> _name;
    private readonly Dictionary<string, int> _arrivals = new(StringComparer.Ordinal);
    private StepOutput _output = new();

    private LogRerun(Installation installation, Func<byte[], string?> name)
    {
        _book = new PlanBook(installation.Hash);
        _reader = new SignalRereader(new SignalParser(installation.Hash));
        _name = name;
        var empty = Plan.Empty(installation.Hash);
        _partitions = [.. Enumerable.Range(0, installation.Partitions).Select(p => new PartitionState(p, EngineClock.Wall, empty))];
        _made = [.. _partitions.Select(_ => new List<byte[]>())];
    }

    /// <summary>How often each named signal is in the log.</summary>
    public IReadOnlyDictionary<string, int> Arrivals => _arrivals;

    public long Records { get; private set; }

    /// <summary>Signals that came too late to count.</summary>
    public long Late { get; private set; }

    /// <summary>Decisions in the log.</summary>
    public int Decisions { get; private set; }

    /// <summary>Of these, those to send a prompt; their ids.</summary>
    public HashSet<string> Prompts { get; } = new(StringComparer.Ordinal);

    /// <summary>Partitions whose recorded decisions are not, bit for bit and in order, those made again.</summary>
    public int PartitionsThatDiffer { get; private set; }

    /// <param name="name">What to count a signal under, from its JSON; default its messageId. Null is not counted.</param>
    public static LogRerun Read(ProofFolder folder, Func<byte[], string?>? name = null)
    {
        var installation = folder.OpenInstallation();
        var rerun = new LogRerun(installation, name ?? (raw => SignalText.Read(raw, "messageId")));
        foreach (var file in LogSegment.List(installation.LogFolder))
        {
            using var segment = SegmentReader.TryOpen(file, installation);
            segment?.Read(0, new RecordFilter(), rerun, headersOnly: false, CancellationToken.None);
        }

        rerun.Compare(new DecisionLog(installation));
        return rerun;
    }

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        Records++;
        var partition = _partitions[header.Partition];
        partition.NextOffset = header.Offset;
        switch (header.Kind)
        {
            case RecordKind.Signal:
                Late += header.Verdict == SignalVerdict.Late ? 1 : 0;
                var signal = RecordCodec.SignalOf(in header);
                _reader.Reread(ref signal, payload, partition.Plan.Schema);
                partition.Apply(in signal, header.At, ref _output, this);
                Keep();
                if (_name(payload.ToArray()) is { } name)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_arrivals, name, out _)++;
                }

                break;
            case RecordKind.Internal:
                partition.Take(CustomerMessageCodec.Read(payload), header.At, ref _output, this);
                break;
            case RecordKind.Control:
                partition.Advance(header.At, ref _output, this);
                partition.Activate(_book.Apply(partition.Plan, payload));
                break;
            case RecordKind.Tick:
                partition.Advance(header.At, ref _output, this);
                break;
            default:
                break;
        }
    }

    void IStepSink.OnTimer(VisitorState visitor, ref StepOutput output) => Keep();

    private void Keep()
    {
        foreach (var decision in _output.Decisions)
        {
            _made[decision.Facts.Position.Partition].Add(Flatten(RecordCodec.EntryOf(decision)));
        }
    }

    private void Compare(DecisionLog log)
    {
        var recorded = _partitions.Select(_ => new List<byte[]>()).ToArray();
        log.Read(new long[_partitions.Length], decision =>
        {
            Decisions++;
            recorded[decision.Entry.Position.Partition].Add(Flatten(decision.Entry));
            if (decision.Entry.Verdict == 1)
            {
                Prompts.Add(decision.Entry.Id.ToString());
            }
        }, CancellationToken.None);
        PartitionsThatDiffer = recorded.Zip(_made).Count(pair => pair.First.Count != pair.Second.Count || pair.First.Zip(pair.Second).Any(one => !one.First.AsSpan().SequenceEqual(one.Second)));
    }

    private static byte[] Flatten(in DecisionEntry entry) =>
    [
        .. entry.Id.Value.ToBytes(), .. BitConverter.GetBytes(entry.Position.Offset), .. BitConverter.GetBytes(entry.At.Milliseconds), .. entry.Session.Value.ToBytes(),
        entry.Verdict, entry.Reason, .. BitConverter.GetBytes(entry.Score), .. entry.Body,
    ];
}
