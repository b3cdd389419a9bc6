using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Features;

/// <summary>Windows against a list of all events, over many seeded sequences.</summary>
[Proves("R-10")]
public sealed class WindowOracleTests
{
    private const int Exact = 4;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private static readonly FeaturePlan Plan = new(
    [
        Feature("exact", FeatureKind.Count, 0, -1, Window, Exact),
        Feature("count", FeatureKind.Count, 0, -1, Window, 0),
        Feature("every", FeatureKind.Count, FeatureDefinition.EverySignal, -1, Window, 0),
        Feature("sum", FeatureKind.Sum, 0, 0, Window, 0),
        Feature("max", FeatureKind.Max, 0, 0, Window, 0),
        Feature("last", FeatureKind.Last, 0, 0, default, 0),
        Feature("since", FeatureKind.TimeSince, 0, -1, default, 0),
        Feature("gap", FeatureKind.Gap, FeatureDefinition.EverySignal, -1, default, 0),
        Feature("age", FeatureKind.Age, FeatureDefinition.EverySignal, -1, default, 0),
        Feature("total", FeatureKind.Count, 0, -1, default, 0),
        Feature("whole", FeatureKind.Sum, 0, 0, default, 0),
        Feature("long", FeatureKind.Count, 0, -1, TimeSpan.FromHours(24), 16),
        Feature("short", FeatureKind.Count, 0, -1, TimeSpan.FromSeconds(1), 0),
    ]);

    [Theory]
    [InlineData(1, 300)]
    [InlineData(2, 2_000)]
    [InlineData(3, 9_000)]
    [InlineData(4, 40_000)]
    [InlineData(5, 3_600_000)]
    public void CopyTo_RandomSignals_AgreesWithTheList(ulong seed, int largestGapMs)
    {
        var random = new SeededRandom(seed);
        for (var sequence = 0; sequence < 40; sequence++)
        {
            var block = new byte[Plan.SessionBlockSize];
            var row = new double[Plan.Width];
            var events = new List<(long At, bool Matches, double Value)>();
            var start = 1_700_000_000_000L + random.Next(1_000_000);
            var at = start;
            Plan.StartSession(block, new Moment(at));
            for (var i = 0; i < 150; i++)
            {
                // Now and then exactly on a border: the same moment, a bucket's length, the window's length.
                at += random.Next(10) switch { 0 => 0, 1 => 1250, 2 => 10_000, _ => random.Next(largestGapMs) };
                var matches = random.Next(4) > 0;
                var value = random.Next(2000) / 4.0 - 100;
                var signal = new Signal { Matches = matches ? 1UL : 0, ValueMask = 1, Kind = SignalKind.Track };
                signal.Values[0] = value;
                Plan.Add(block, default, in signal, new Moment(at));
                events.Add((at, matches, value));
                var look = at + (random.Next(3) == 0 ? random.Next(12_000) : 0);
                Plan.CopyTo(block, default, new Moment(look), row);
                Check(row, events, start, look);
                at = look;
            }
        }
    }

    private static void Check(double[] row, List<(long At, bool Matches, double Value)> events, long start, long now)
    {
        var matching = events.Where(e => e.Matches).ToList();
        var within = Since(10_000);
        var surely = Since(8_750);
        if (within.Count <= Exact)
        {
            Assert.Equal(within.Count, row[0]);
        }

        Assert.InRange(row[0], Math.Max(surely.Count, Math.Min(Exact, within.Count)), within.Count);
        Assert.InRange(row[1], surely.Count, within.Count);
        Assert.InRange(row[2], events.Count(e => now - e.At < 8_750), events.Count(e => now - e.At < 10_000));

        // Only whole buckets leave: the sum is that of the latest n matching signals for some n between the two.
        Assert.Contains(Enumerable.Range(surely.Count, within.Count - surely.Count + 1), n => matching.TakeLast(n).Sum(e => e.Value) == row[3]);
        Assert.InRange(row[4], surely.Count == 0 ? FeatureRow.Missing : surely.Max(e => e.Value), within.Count == 0 ? FeatureRow.Missing : within.Max(e => e.Value));
        Assert.Equal(matching.Count == 0 ? FeatureRow.Missing : matching[^1].Value, row[5]);
        Assert.Equal(matching.Count == 0 ? FeatureRow.Missing : (now - matching[^1].At) / 1000.0, row[6]);
        Assert.Equal(events.Count < 2 ? FeatureRow.Missing : (events[^1].At - events[^2].At) / 1000.0, row[7]);
        Assert.Equal((now - start) / 1000.0, row[8]);
        Assert.Equal(matching.Count, row[9]);
        Assert.Equal(matching.Sum(e => e.Value), row[10]);
        var day = Since(86_400_000);
        Assert.InRange(row[11], Math.Max(Since(75_600_000).Count, Math.Min(16, day.Count)), day.Count);
        Assert.InRange(row[12], Since(875).Count, Since(1000).Count);

        List<(long At, bool Matches, double Value)> Since(long ms) => [.. matching.Where(e => now - e.At < ms)];
    }

    private static FeatureDefinition Feature(string name, FeatureKind kind, int matcher, int number, TimeSpan window, int exact) =>
        new(name, name, kind, matcher, number, window, exact, FeatureScope.Session, kind is FeatureKind.Count or FeatureKind.Sum or FeatureKind.Age ? 0 : FeatureRow.Missing);
}
