using System.Numerics;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Durations in logarithmic buckets: 32 to an octave, so a percentile is off by at most 3 %. From 1 µs to 17 minutes.</summary>
/// <remarks>Any thread may record. Fixed size, no allocation. The idea: HdrHistogram.</remarks>
public sealed class LatencyHistogram
{
    private const int SubBits = 5;
    private const int Sub = 1 << SubBits;
    private readonly long[] _counts = new long[Sub * 27];
    private long _max;


    public void Record(TimeSpan duration)
    {
        var us = (ulong)Math.Clamp(duration.TotalMicroseconds, 0, 1e9);
        Interlocked.Increment(ref _counts[IndexOf(us)]);
        long max;
        while ((long)us > (max = Volatile.Read(ref _max)) && Interlocked.CompareExchange(ref _max, (long)us, max) != max)
        {
        }
    }

    /// <summary>Percentiles at one moment.</summary>
    public LatencySummary Summarise()
    {
        var counts = new long[_counts.Length];
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Volatile.Read(ref _counts[i]);
            total += counts[i];
        }

        return new LatencySummary(total, At(counts, total, 0.5), At(counts, total, 0.99), At(counts, total, 0.999), TimeSpan.FromMicroseconds(Volatile.Read(ref _max)));
    }

    private static TimeSpan At(long[] counts, long total, double quantile)
    {
        var rank = (long)Math.Ceiling(total * quantile);
        var seen = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= rank && rank > 0)
            {
                return TimeSpan.FromMicroseconds(UpperEdge(i));
            }
        }

        return TimeSpan.Zero;
    }

    private static int IndexOf(ulong us)
    {
        if (us < Sub)
        {
            return (int)us;
        }

        var octave = BitOperations.Log2(us) - SubBits;
        return ((octave + 1) * Sub) + (int)((us >> octave) - Sub);
    }

    private static double UpperEdge(int index)
    {
        if (index < Sub)
        {
            return index;
        }

        var octave = (index / Sub) - 1;
        return ((ulong)((index % Sub) + Sub + 1) << octave) - 1;
    }
}

/// <summary>Percentiles of a histogram; all zero while <see cref="Count"/> is 0.</summary>
public readonly record struct LatencySummary(long Count, TimeSpan P50, TimeSpan P99, TimeSpan P999, TimeSpan Max);
