using System.Diagnostics.Metrics;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Web.Operations;

/// <summary>Figures of the engine, meter <c>MicroIntervention.Engine</c>; read when somebody asks.</summary>
internal sealed class EngineMeters : IDisposable
{
    private readonly Meter _meter = new("MicroIntervention.Engine");

    public EngineMeters(EngineHost engine)
    {
        var counters = engine.Counters;
        _meter.CreateObservableCounter("mi.engine.signals", () => counters.Signals, "{signal}", "New signals made durable, late ones included");
        _meter.CreateObservableCounter("mi.engine.signals.late", () => counters.Late, "{signal}", "Signals too late to enter a window");
        _meter.CreateObservableCounter("mi.engine.signals.duplicate", () => counters.Duplicates, "{signal}", "Signals seen before");
        _meter.CreateObservableCounter("mi.engine.signals.refused", () => counters.Refused, "{signal}", "Signals answered with 429 because queues were full");
        _meter.CreateObservableCounter("mi.engine.notes.lost", () => counters.NotesLost, "{note}", "Notes of what became of prompts that were not kept, because too many waited for the log");
        _meter.CreateObservableCounter("mi.engine.decisions", () => Enum.GetValues<DecisionReason>().Select(r => Of(counters.ByReason(r), "reason", r)), "{decision}", "Decisions by reason");
        _meter.CreateObservableCounter("mi.engine.deliveries", () => Enum.GetValues<DeliveryResult>().Select(r => Of(counters.Delivered(r), "result", r)), "{delivery}", "Deliveries by result");
        _meter.CreateObservableGauge("mi.engine.queue", () => engine.Snapshot().Queued, "{signal}", "Signals waiting for their shard");
        _meter.CreateObservableGauge("mi.engine.sessions", () => engine.Snapshot().LiveSessions, "{session}", "Sessions that hold windows");
        _meter.CreateObservableGauge("mi.engine.killed", () => engine.CurrentPlan.Killed ? 1 : 0, "{switch}", "1 while the kill switch is on");
        _meter.CreateObservableGauge("mi.engine.signal_to_sent", () => Quantiles(engine.Snapshot().SignalToSent), "ms", "From receipt of the signal to the prompt being sent, since the start");
    }

    public void Dispose() => _meter.Dispose();

    private static Measurement<long> Of(long value, string tag, Enum name) => new(value, new KeyValuePair<string, object?>(tag, name.ToString()));

    private static IEnumerable<Measurement<double>> Quantiles(LatencySummary summary) =>
    [
        new(summary.P50.TotalMilliseconds, new KeyValuePair<string, object?>("quantile", "0.5")),
        new(summary.P99.TotalMilliseconds, new KeyValuePair<string, object?>("quantile", "0.99")),
        new(summary.P999.TotalMilliseconds, new KeyValuePair<string, object?>("quantile", "0.999")),
    ];
}
