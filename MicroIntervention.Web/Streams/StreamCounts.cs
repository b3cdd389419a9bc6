using System.Diagnostics.Metrics;

namespace MicroIntervention.Web.Streams;

/// <summary>What became of visitors' streams since the start. Thread-safe; also on the meter <see cref="MeterName"/>.</summary>
public sealed class StreamCounts
{
    public const string MeterName = "MicroIntervention.Streams";

    private static readonly Meter Meter = new(MeterName);
    private static readonly UpDownCounter<long> OpenNow = Meter.CreateUpDownCounter<long>("mi.streams.open", "{stream}", "Visitors' streams open now.");
    private static readonly Counter<long> CutSlow = Meter.CreateCounter<long>("mi.streams.slow", "{stream}", "Streams cut because their reader was too slow.");
    private static readonly Counter<long> Turned = Meter.CreateCounter<long>("mi.streams.refused", "{stream}", "Streams refused because the limit of open ones was reached.");

    private long _open;
    private long _slow;
    private long _replaced;
    private long _refused;

    public long Open => Interlocked.Read(ref _open);

    /// <summary>Cut because their reader was too slow.</summary>
    public long Slow => Interlocked.Read(ref _slow);

    /// <summary>Ended because the same visitor opened a newer one.</summary>
    public long Replaced => Interlocked.Read(ref _replaced);

    /// <summary>Refused because the limit of open ones was reached.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    internal long Opened()
    {
        OpenNow.Add(1);
        return Interlocked.Increment(ref _open);
    }

    internal void Closed()
    {
        OpenNow.Add(-1);
        Interlocked.Decrement(ref _open);
    }

    internal void AddSlow()
    {
        CutSlow.Add(1);
        Interlocked.Increment(ref _slow);
    }

    internal void AddReplaced() => Interlocked.Increment(ref _replaced);

    internal void AddRefused()
    {
        Turned.Add(1);
        Interlocked.Increment(ref _refused);
    }
}
