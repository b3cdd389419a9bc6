using System.Diagnostics;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Bench.Micro;

/// <summary>Nanoseconds of each part of the step, on one warm session.</summary>
internal static class Parts
{
    public static void Run()
    {
        var plan = SyntheticPlan.Make(new KeyedHash("0123456789abcdef"u8), everySignal: true);
        var block = new byte[plan.Features.SessionBlockSize];
        var at = new Moment(1_800_000_000_000);
        plan.Features.StartSession(block, at);
        var row = new double[plan.Features.Width];
        var model = plan.Scenarios[0].Model;
        var contributions = new double[model.ContributionCount];
        var signal = new Signal { Kind = SignalKind.Track, ValueMask = 1, Matches = 4 };
        signal.Values[0] = 3;
        Console.WriteLine($"session block {block.Length} bytes, signal {System.Runtime.CompilerServices.Unsafe.SizeOf<Signal>()} bytes");
        Time("windows: add", i => plan.Features.Add(block, default, in signal, new Moment(at.Milliseconds + (i * 250))));
        Time("windows: read 20 features", i => plan.Features.CopyTo(block, default, new Moment(at.Milliseconds + (5_000_000L * 250)), row));
        Time("forecast: 20 terms x 64 bins, 10 pairs", i => model.Score(row, contributions));
    }

    private static void Time(string what, Action<long> action)
    {
        const int Count = 2_000_000;
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var clock = Stopwatch.StartNew();
            for (long i = 0; i < Count; i++)
            {
                action(i + (round * (long)Count));
            }

            best = Math.Min(best, clock.Elapsed.TotalNanoseconds / Count);
        }

        Console.WriteLine($"{what}: {best:F0} ns");
    }
}
