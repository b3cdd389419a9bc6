using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>One visitor's records run again through the one step: what the time machine draws and what an audit compares.</summary>
/// <remarks>
/// Feed it the partition's records in log order; of other visitors' signals the headers are enough. They touch no state of this
/// visitor, but they move the wall clock on: a timer fires before the next record, whoever's it is, and its decision names that
/// record's place. Reads no clock; uses its own state.
/// </remarks>
public sealed class VisitorReplay : ILogReader
{
    private readonly VisitorId _visitor;
    private readonly SignalParser _parser;
    private readonly IControlReader _controls;
    private readonly EngineClock _clock;
    private readonly PartitionState _partition;
    private readonly Collector _collector = new();
    private StepOutput _output = new();

    /// <param name="visitor">Whose records count; others are passed over.</param>
    /// <param name="partition">The visitor's partition.</param>
    /// <param name="clock">The workspace's clock.</param>
    /// <param name="parser">Reads stored events.</param>
    /// <param name="controls">Reads control records.</param>
    public VisitorReplay(VisitorId visitor, int partition, EngineClock clock, SignalParser parser, IControlReader controls)
    {
        _visitor = visitor;
        _parser = parser;
        _controls = controls;
        _clock = clock;
        _partition = new PartitionState(partition, clock, Plan.Empty(parser.Hash));
    }

    /// <summary>Every record of the visitor, with the state right after it.</summary>
    public List<TimelinePoint> Points { get; } = [];

    /// <summary>Every decision, made again.</summary>
    public List<Decision> Decisions => _collector.Decisions;

    /// <summary>The customer that the visitor is linked to after the last record, with what it was told; null for none.</summary>
    public CustomerLink? Link => _partition.Find(_visitor)?.Link;

    /// <summary>True when a record's payload was erased: what follows cannot be made again.</summary>
    public bool MetErasure { get; private set; }

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Partition != _partition.Index)
        {
            return;
        }

        _partition.NextOffset = header.Offset;
        switch (header.Kind)
        {
            case RecordKind.Control:
                _partition.Advance(header.At, ref _output, _collector);
                _partition.Activate(_controls.Apply(_partition.Plan, payload));
                break;
            case RecordKind.Tick:
                _partition.Advance(header.At, ref _output, _collector);
                break;
            case RecordKind.Signal when header.Visitor == _visitor:
                Apply(in header, payload);
                break;
            case RecordKind.Internal when header.Visitor == _visitor:
                Take(in header, payload);
                break;
            case RecordKind.Internal or RecordKind.Signal when _clock == EngineClock.Wall:
                _partition.Advance(header.At, ref _output, _collector);
                break;
            default:
                break;
        }
    }

    /// <summary>The decision made again; null when the records do not lead to it.</summary>
    public Decision? Find(DecisionId id) => Decisions.Find(d => d.Id == id);

    private void Take(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            MetErasure = true;
            return;
        }

        _partition.Take(CustomerMessageCodec.Read(payload), header.At, ref _output, _collector);
    }

    private void Apply(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || !_parser.ParseEvent(payload, in header, _partition.Plan.Schema, out var signal))
        {
            MetErasure = true;
            return;
        }

        var visitor = _partition.Apply(in signal, header.At, ref _output, _collector);
        var made = _output.Decisions.ToArray();
        Decisions.AddRange(made);
        Points.Add(TimelinePoint.Of(in header, visitor, _partition.Plan, made));
    }

    private sealed class Collector : IStepSink
    {
        public List<Decision> Decisions { get; } = [];

        public void OnTimer(VisitorState visitor, ref StepOutput output) => Decisions.AddRange(output.Decisions);
    }
}
