using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Finds the events again that caused decisions, so that a prompt sent again says what it said the first time.</summary>
internal sealed class CauseReader(IEnumerable<Decision.Intervene> decisions) : ILogReader
{
    private readonly Dictionary<LogPosition, (MessageKey Message, Moment ReceivedAt, byte[] Event)> _found = [];

    /// <summary>Their records. A timer's decision has none: the record at its place only came after it.</summary>
    public HashSet<LogPosition> Wanted { get; } = [.. decisions.Where(d => d.Facts.Timer.Length == 0).Select(d => d.Facts.Position)];

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind == RecordKind.Signal)
        {
            _found[new LogPosition(header.Partition, header.Offset)] = (header.Message, header.ReceivedAt, payload.ToArray());
        }
    }

    /// <summary>When the cause was received, and its JSON; of a timer, an erased visitor's event or one that was not read: the decision's moment, and nothing.</summary>
    public (Moment ReceivedAt, byte[] Event) Of(DecisionFacts facts) =>
        facts.Timer.Length == 0 && _found.TryGetValue(facts.Position, out var cause) && cause.Message == facts.Cause
            ? (cause.ReceivedAt, cause.Event)
            : (facts.At, []);
}
