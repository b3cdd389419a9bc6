using System.Diagnostics;
using System.Globalization;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Bench.Micro;

/// <summary>Events per second of one core through partition look-up, windows, 20 features, forecast and policy, at three numbers of live sessions.</summary>
internal sealed class EngineCore : IStepSink
{
    private const int Partitions = 64;
    private static readonly ulong[] TypeMatches = [1, 2, 4, 8, 16, 32, 128, 0, 64, 1];
    private readonly KeyedHash _hash = new("0123456789abcdef"u8);
    private readonly Plan _plan;
    private readonly Prefetcher _prefetcher = new();
    private StepOutput _output = new();

    private EngineCore(bool everySignal) => _plan = SyntheticPlan.Make(_hash, everySignal);

    public static void Run()
    {
        Console.WriteLine("engine core, one thread: partition look-up, windows; 20 features, forecast (20 terms x 64 bins, 10 pairs), policy");
        Console.WriteLine("| forecast at | live sessions | events/s | ns/event | bytes/session | bytes allocated/event |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var everySignal in (bool[])[true, false])
        {
            foreach (var sessions in (int[])[1_000, 100_000, 1_000_000])
            {
                new EngineCore(everySignal).Measure(sessions, everySignal ? "every signal" : "its trigger, 1 in 10, decided");
            }
        }
    }

    void IStepSink.OnTimer(VisitorState visitor, ref StepOutput output)
    {
    }

    private void Measure(int sessions, string what)
    {
        var before = GC.GetTotalMemory(true);
        var partitions = Enumerable.Range(0, Partitions).Select(p => new PartitionState(p, EngineClock.Wall, Plan.Empty(_hash))).ToArray();
        foreach (var partition in partitions)
        {
            partition.Activate(_plan);
        }

        var visitors = new VisitorId[sessions];
        for (var i = 0; i < sessions; i++)
        {
            visitors[i] = new VisitorId(_hash.Of(HashDomain.Visitor, new Hash128(1, (ulong)i), default));
        }

        var idBytes = sessions * 16L;
        var at = 1_800_000_000_000L;
        var n = 0L;
        Feed(partitions, visitors, sessions, ref n, ref at);
        var bytes = (GC.GetTotalMemory(true) - before - idBytes) / sessions;
        Feed(partitions, visitors, 2_000_000, ref n, ref at);
        var best = double.MaxValue;
        var allocated = 0L;
        const int Events = 3_000_000;
        for (var round = 0; round < 3; round++)
        {
            var gcBefore = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            Feed(partitions, visitors, Events, ref n, ref at);
            best = Math.Min(best, clock.Elapsed.TotalNanoseconds / Events);
            allocated = GC.GetAllocatedBytesForCurrentThread() - gcBefore;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {what} | {sessions:N0} | {1e9 / best:N0} | {best:F0} | {bytes} | {(double)allocated / Events:F3} |"));
        GC.KeepAlive(partitions);
    }

    private void Feed(PartitionState[] partitions, VisitorId[] visitors, int events, ref long n, ref long at)
    {
        var signal = new Signal { Kind = SignalKind.Track, SchemaVersion = 1, ValueMask = 1, Source = new SourceId(1), ZoneOffsetMinutes = Signal.UnknownZone };
        for (var i = 0; i < events; i++, n++)
        {
            if (i % Prefetcher.Group == 0)
            {
                for (var ahead = n; ahead < n + Prefetcher.Group; ahead++)
                {
                    var visitor = visitors[(int)((ulong)ahead * 7919 % (ulong)visitors.Length)];
                    _prefetcher.Add(partitions[visitor.Value.Low % Partitions], visitor);
                }

                _prefetcher.Run();
            }

            at += (n & 3) == 0 ? 1 : 0;
            signal.Visitor = visitors[(int)((ulong)n * 7919 % (ulong)visitors.Length)];
            signal.Message = new MessageKey(new Hash128(2, (ulong)n));
            signal.Matches = TypeMatches[(uint)(n * 2654435761u >> 16) % 10];
            signal.Values[0] = n % 90;
            signal.SourceTime = signal.ReceivedAt = new Moment(at);
            partitions[signal.Visitor.Value.Low % Partitions].Apply(in signal, new Moment(at), ref _output, this);
        }
    }
}
