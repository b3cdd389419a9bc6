using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Tests.Engine.Runtime;

public sealed class LatencyHistogramTests
{
    private const double WorstError = 0.032;

    [Fact]
    public void Summarise_RandomDurations_IsOffByAtMostThreePercent()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var random = new SeededRandom(seed);
            var histogram = new LatencyHistogram();
            var all = new double[1 + random.Next(5_000)];
            for (var i = 0; i < all.Length; i++)
            {
                all[i] = Math.Floor(Math.Pow(10, random.NextDouble() * 8.99));
                histogram.Record(TimeSpan.FromMicroseconds(all[i]));
            }

            Array.Sort(all);
            var summary = histogram.Summarise();
            Assert.Equal(all.Length, summary.Count);
            Assert.Equal(all[^1], summary.Max.TotalMicroseconds);
            Close(all, 0.5, summary.P50);
            Close(all, 0.99, summary.P99);
            Close(all, 0.999, summary.P999);
        }
    }

    [Fact]
    public void Record_OutsideItsRange_IsClamped()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(default, histogram.Summarise());
        histogram.Record(TimeSpan.FromSeconds(-1));
        histogram.Record(TimeSpan.FromDays(10));
        Assert.Equal(2, histogram.Summarise().Count);
        Assert.Equal(TimeSpan.Zero, histogram.Summarise().P50);
        Assert.Equal(TimeSpan.FromSeconds(1000), histogram.Summarise().Max);
    }

    private static void Close(double[] sorted, double quantile, TimeSpan found)
    {
        var exact = sorted[(int)Math.Ceiling(sorted.Length * quantile) - 1];
        Assert.InRange(found.TotalMicroseconds, exact, exact * (1 + WorstError));
    }
}
