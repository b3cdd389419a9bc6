using System.Diagnostics.Metrics;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Figures of the signal log, meter <c>MicroIntervention.Log</c>.</summary>
internal sealed class SignalLogMeter : IDisposable
{
    private readonly Meter _meter = new("MicroIntervention.Log");
    private readonly Counter<long> _commits;
    private readonly Counter<long> _records;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _commitTime;

    public SignalLogMeter(Func<int> queueDepth, Func<long> segmentBytes, Func<int> stalled)
    {
        _commits = _meter.CreateCounter<long>("mi.log.commits", "{commit}", "Group commits");
        _records = _meter.CreateCounter<long>("mi.log.records", "{record}", "Records made durable");
        _failures = _meter.CreateCounter<long>("mi.log.commit.failures", "{commit}", "Failed attempts at a group commit");
        _commitTime = _meter.CreateHistogram<double>("mi.log.commit.duration", "ms", "Time of one group commit");
        _meter.CreateObservableGauge("mi.log.queue", queueDepth, "{batch}", "Batches waiting or under way");
        _meter.CreateObservableGauge("mi.log.segment.size", segmentBytes, "By", "Size of the segment being written");
        _meter.CreateObservableGauge("mi.log.stalled", stalled, "{log}", "1 while the log cannot be written");
    }

    public void Committed(long records, TimeSpan took)
    {
        _commits.Add(1);
        _records.Add(records);
        _commitTime.Record(took.TotalMilliseconds);
    }

    public void Failed() => _failures.Add(1);

    public void Dispose() => _meter.Dispose();
}
