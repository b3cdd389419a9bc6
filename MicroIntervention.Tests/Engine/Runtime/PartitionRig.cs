using System.Text;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>Partitions driven by hand, from records or from bodies, with every decision kept as bytes.</summary>
internal sealed class PartitionRig : IStepSink
{
    private readonly PlanBook _book;
    private StepOutput _output = new();
    private ulong _message;

    public PartitionRig(int partitions, PlanBook? book = null)
    {
        _book = book ?? new PlanBook(PackFiles.Hash);
        States = [.. Enumerable.Range(0, partitions).Select(p => new PartitionState(p, EngineClock.Wall, Plan.Empty(PackFiles.Hash)))];
        Decisions = [.. States.Select(_ => new List<Decision>())];
    }

    public PartitionState[] States { get; }

    /// <summary>Per partition, in order.</summary>
    public List<Decision>[] Decisions { get; }

    public IEnumerable<string> Bytes => Decisions.SelectMany(d => d).Select(d => Convert.ToHexString(DecisionCodec.Encode(d)));

    /// <summary>A record as the log gives it.</summary>
    public void Feed(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        var state = States[header.Partition];
        state.NextOffset = header.Offset;
        switch (header.Kind)
        {
            case RecordKind.Control:
                state.Advance(header.At, ref _output, this);
                state.Activate(_book.Apply(state.Plan, payload));
                break;
            case RecordKind.Internal:
                state.Take(CustomerMessageCodec.Read(payload), header.At, ref _output, this);
                break;
            case RecordKind.Tick:
                state.Advance(header.At, ref _output, this);
                break;
            default:
                Assert.True(EngineStage.Parser.ParseEvent(payload, in header, state.Plan.Schema, out var signal));
                state.Apply(in signal, header.At, ref _output, this);
                Decisions[header.Partition].AddRange(_output.Decisions);
                break;
        }

        state.NextOffset = header.Offset + 1;
    }

    /// <summary>An event in partition 0, whoever's it is.</summary>
    public void Event(Moment at, string visitor, string name)
    {
        var body = Encoding.UTF8.GetBytes(EngineStage.Event(visitor, $"m{++_message}", name));
        var batch = new SignalBatch { Buffer = body, Length = body.Length };
        var door = new SignalDoor(new SourceId(1), SignalFlags.None, at, new Hash128(_message, 1), null);
        Assert.Equal(RejectionReason.None, EngineStage.Parser.ParseRequest(SignalRoute.Track, in door, States[0].Plan.Schema, batch).Reason);
        States[0].Apply(in batch.Signals[0], at, ref _output, this);
        Decisions[0].AddRange(_output.Decisions);
    }

    /// <summary>All that the partition holds of these visitors.</summary>
    public static string StateOf(PartitionState state, IEnumerable<VisitorId> visitors)
    {
        var text = new StringBuilder();
        text.Append(state.NextOffset).Append(' ').Append(state.LastAt).Append(' ').Append(state.Visitors).Append(' ').Append(state.LiveSessions).Append(' ').Append(state.NextDue).Append(' ').Append(state.Customers).AppendLine();
        foreach (var id in visitors)
        {
            if (state.Find(id) is not { } visitor)
            {
                continue;
            }

            text.Append(id).Append(' ').Append(visitor.LastAt).Append(' ').Append(visitor.OptedOut).Append(' ').Append(visitor.Ledger?.Count);
            text.Append(' ').Append(visitor.Main.Id).Append(' ').Append(visitor.Main.LastAt).Append(' ').Append(visitor.Main.SignalCount);
            text.Append(' ').Append(visitor.Link?.Customer).Append(' ').Append(visitor.Link?.Wishes).Append(' ').Append(visitor.Link?.Elsewhere?.Count);
            text.AppendLine(visitor.Main.Exists ? Convert.ToHexString(visitor.BlockOf(in visitor.Main)) : "");
        }

        return text.ToString();
    }

    void IStepSink.OnTimer(VisitorState visitor, ref StepOutput output) => Decisions[output.Decisions[0].Facts.Position.Partition].AddRange(output.Decisions);
}
