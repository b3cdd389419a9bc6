using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Features;

/// <summary>Mean, delta, distinct and decayed against a list of all events, over many seeded sequences.</summary>
[Proves("R-10")]
public sealed class WideWindowOracleTests
{
    private const int Exact = 5;
    private const int HalfLifeMs = 7_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private static readonly FeaturePlan Plan = new(
    [
        Feature("mean", FeatureKind.Mean, 0, Window, 0),
        Feature("delta", FeatureKind.Delta, 0, Window, 0),
        Feature("distinct", FeatureKind.Distinct, 1, Window, 0),
        Feature("known", FeatureKind.Distinct, 1, Window, Exact),
        Feature("decayed", FeatureKind.Decayed, 0, TimeSpan.FromMilliseconds(HalfLifeMs), 0),
        Feature("pulse", FeatureKind.Decayed, -1, TimeSpan.FromMilliseconds(HalfLifeMs), 0),
        Feature("whole mean", FeatureKind.Mean, 0, default, 0),
        Feature("whole delta", FeatureKind.Delta, 0, default, 0),
        Feature("whole distinct", FeatureKind.Distinct, 1, default, 0),

        // Beside kinds of the same bucket length, which advance with them.
        Feature("count", FeatureKind.Count, -1, Window, 0),
        Feature("sum", FeatureKind.Sum, 0, Window, 0),
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
            var events = new List<(long At, double Value, int Kind)>();
            var start = 1_700_000_000_000L + random.Next(1_000_000);
            var at = start;
            var kinds = 1 + random.Next(40);
            Plan.StartSession(block, new Moment(at));
            for (var i = 0; i < 150; i++)
            {
                at += random.Next(10) switch { 0 => 0, 1 => 1250, 2 => 10_000, _ => random.Next(largestGapMs) };
                var signal = new Signal { Matches = random.Next(4) > 0 ? 1UL : 0, ValueMask = (byte)(random.Next(8) == 0 ? 2 : 3), Kind = SignalKind.Track };
                (signal.Values[0], signal.Values[1]) = (random.Next(2000) / 4.0 - 100, random.Next(kinds));
                Plan.Add(block, default, in signal, new Moment(at));
                if (signal.Matches != 0)
                {
                    events.Add((at, signal.ValueMask == 3 ? signal.Values[0] : double.NaN, (int)signal.Values[1]));
                }

                var look = at + (random.Next(3) == 0 ? random.Next(12_000) : 0);
                Plan.CopyTo(block, default, new Moment(look), row);
                Check(row, events, look);
                at = look;
            }
        }
    }

    [Fact]
    public void Estimate_ManyRandomSets_HasTheStatedError()
    {
        foreach (var distinct in new[] { 8, 16, 32, 64, 128 })
        {
            var plan = new FeaturePlan([Feature("d", FeatureKind.Distinct, 0, default, 0)]);
            var squares = 0.0;
            const int Sets = 400;
            for (var set = 0; set < Sets; set++)
            {
                var block = new byte[plan.SessionBlockSize];
                var row = new double[1];
                plan.StartSession(block, new Moment(0));
                for (var i = 0; i < distinct * 3; i++)
                {
                    var signal = new Signal { Matches = 1, ValueMask = 1 };
                    signal.Values[0] = (set * 1000) + (i % distinct);
                    plan.Add(block, default, in signal, new Moment(i));
                }

                plan.CopyTo(block, default, new Moment(distinct * 3), row);
                squares += Math.Pow((row[0] - distinct) / distinct, 2);
            }

            // Root mean square over 400 sets: within a quarter of the formula, which leaves out a small bias.
            var stated = DistinctSketch.StandardError(distinct);
            Assert.InRange(Math.Sqrt(squares / Sets), stated * 0.75, stated * 1.25);
        }
    }

    [Fact]
    public void Left_RandomTimes_IsThePowerOfTwoTheSameEverywhere()
    {
        var random = new SeededRandom(10);
        for (var i = 0; i < 10_000; i++)
        {
            var (elapsed, halfLife) = ((long)random.Next(int.MaxValue), 1 + random.Next(100_000_000));
            Assert.Equal(Math.Pow(2, -(double)elapsed / halfLife), HalfLife.Left(elapsed, halfLife), 1e-14);
        }

        // Bits, not values: a checkpoint of another machine goes on with these.
        Assert.Equal([0x3FF0000000000000, 0x3FE0000000000000, 0x3FD0000000000000], new[] { HalfLife.Left(0, 5), HalfLife.Left(5, 5), HalfLife.Left(10, 5) }
            .Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(0, HalfLife.Left(long.MaxValue, 1));
    }

    [Fact]
    public void BlockSize_EachKind_IsAsStated()
    {
        int Size(FeatureKind kind, int exact) => new FeaturePlan([Feature("f", kind, 0, Window, exact)]).SessionBlockSize - new FeaturePlan([Feature("f", FeatureKind.Max, 0, Window, 0)]).SessionBlockSize + 32;
        Assert.Equal([48, 60, 64, 64 + (8 * 16)], new[] { Size(FeatureKind.Mean, 0), Size(FeatureKind.Delta, 0), Size(FeatureKind.Distinct, 0), Size(FeatureKind.Distinct, 16) });
    }

    private static void Check(double[] row, List<(long At, double Value, int Kind)> events, long now)
    {
        var values = events.Where(e => !double.IsNaN(e.Value)).ToList();
        var within = values.Count(e => now - e.At < 10_000);
        var surely = values.Count(e => now - e.At < 8_750);
        var lengths = Enumerable.Range(surely, within - surely + 1).ToList();

        // Only whole buckets leave: what is read is that of the latest n signals for some n between the two.
        Assert.Contains(lengths, n => Near(n == 0 ? FeatureRow.Missing : values.TakeLast(n).Average(e => e.Value), row[0]));
        Assert.Contains(lengths, n => Near(Drop(values.TakeLast(n).Select(e => e.Value).ToList()), row[1]));
        Assert.True(Near(values.Count == 0 ? FeatureRow.Missing : values.Average(e => e.Value), row[6]));
        Assert.True(Near(Drop(values.ConvertAll(e => e.Value)), row[7]));

        var most = Kinds(10_000);
        var least = Kinds(8_750);
        if (most < Exact)
        {
            Assert.Equal(most, row[3]);
        }

        Assert.InRange(row[3], Math.Min(most, Exact), double.MaxValue);
        Assert.InRange(row[2], Lowest(least), Highest(most));
        Assert.InRange(row[3], Lowest(least), Math.Max(Highest(most), Exact));
        Assert.InRange(row[8], Lowest(Kinds(long.MaxValue)), Highest(Kinds(long.MaxValue)));

        Assert.True(Near(values.Sum(e => e.Value * Math.Pow(0.5, (double)(now - e.At) / HalfLifeMs)), row[4]));
        Assert.True(Near(events.Sum(e => Math.Pow(0.5, (double)(now - e.At) / HalfLifeMs)), row[5]));
        Assert.InRange(row[9], events.Count(e => now - e.At < 8_750), events.Count(e => now - e.At < 10_000));
        Assert.Contains(lengths, n => values.TakeLast(n).Sum(e => e.Value) == row[10]);

        int Kinds(long ms) => events.Where(e => now - e.At < ms).Select(e => e.Kind).Distinct().Count();
    }

    /// <summary>Five standard errors and what a handful of bits makes coarse.</summary>
    private static double Lowest(int distinct) => distinct == 0 ? 0 : (distinct * (1 - (5 * DistinctSketch.StandardError(distinct)))) - 2;

    private static double Highest(int distinct) => distinct == 0 ? 0 : (distinct * (1 + (5 * DistinctSketch.StandardError(distinct)))) + 2;

    private static double Drop(List<double> values) => values.Count < 2 ? FeatureRow.Missing : values[^1] - values[..^1].Average();

    private static bool Near(double wanted, double got) =>
        wanted == FeatureRow.Missing ? got == wanted : got != FeatureRow.Missing && Math.Abs(wanted - got) <= 1e-9 * Math.Max(1, Math.Abs(wanted)) * 1000;

    private static FeatureDefinition Feature(string name, FeatureKind kind, int number, TimeSpan window, int exact) =>
        new(name, name, kind, 0, number, window, exact, FeatureScope.Session, kind is FeatureKind.Mean or FeatureKind.Delta ? FeatureRow.Missing : 0);
}
