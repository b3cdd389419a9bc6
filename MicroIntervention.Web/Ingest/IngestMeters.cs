using System.Diagnostics.Metrics;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>What the doors count.</summary>
internal sealed class IngestMeters : IDisposable
{
    private readonly Meter _meter = new("MicroIntervention.Ingest");
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _notKept;

    public IngestMeters()
    {
        _accepted = _meter.CreateCounter<long>("mi.ingest.accepted", "signals", "Signals acknowledged as durable.");
        _rejected = _meter.CreateCounter<long>("mi.ingest.rejected", "signals", "Events refused, by reason.");
        _refused = _meter.CreateCounter<long>("mi.ingest.refused", "requests", "Requests answered with an error, by cause.");
        _notKept = _meter.CreateCounter<long>("mi.ingest.rejected_not_kept", "signals", "Refused events of which only the count was kept.");
    }

    public void Accepted(int signals) => _accepted.Add(signals);

    public void Rejected(RejectionReason reason) => _rejected.Add(1, new KeyValuePair<string, object?>("reason", RejectionText.NameOf(reason)));

    /// <param name="cause">One of a few words, such as <c>throttled</c>.</param>
    public void Refused(string cause) => _refused.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public void NotKept() => _notKept.Add(1);

    public void Dispose() => _meter.Dispose();
}
