using System.Diagnostics;
using System.Globalization;
using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;
using Microsoft.Extensions.Logging.Abstractions;

namespace MicroIntervention.Bench.Storage;

/// <summary>The signal log alone: time of a group commit at a steady rate, CPU per event at full speed, what encryption and decisions add, speed of reading.</summary>
internal static class LogBench
{
    private const int Partitions = 64;
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes("""{"type":"track","anonymousId":"a-0000000000000000","messageId":"e-0000000000","event":"Payment Declined","timestamp":"2026-11-22T16:00:00.000Z","properties":{"amount":49.9,"currency":"EUR","error_code":"insufficient_funds"},"context":{"locale":"en"}}""");

    public static void Run()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"payload {Payload.Length} bytes, {Partitions} partitions"));
        Throughput(LogDurability.Normal, 1000, RecordKind.Signal, 0, print: false);
        foreach (var durability in new[] { LogDurability.Full, LogDurability.Normal })
        {
            Latency(durability, perSecond: 5000);
        }

        foreach (var durability in new[] { LogDurability.Full, LogDurability.Normal })
        {
            Throughput(durability, 1000, RecordKind.Signal, 0);
        }

        Throughput(LogDurability.Full, 100_000, RecordKind.Signal, 0);
        Throughput(LogDurability.Full, 1000, RecordKind.Control, 0);
        Throughput(LogDurability.Full, 1000, RecordKind.Signal, 20);
    }

    private static void Latency(LogDurability durability, int perSecond)
    {
        using var place = new Place(durability);
        var owner = new LatencyOwner(perSecond * 12);
        var source = new Source(owner, 1000, RecordKind.Signal);
        var start = Stopwatch.GetTimestamp();
        var step = Stopwatch.Frequency / perSecond;
        var count = perSecond * 10;
        for (var i = 0; i < count; i++)
        {
            var due = start + (i * step);
            while (Stopwatch.GetTimestamp() < due)
            {
                Thread.Sleep(0);
            }

            if (!owner.Free.TryDequeue(out var batch))
            {
                batch = new LogBatch(owner);
            }

            source.Fill(batch, 1, 0);
            owner.Started(batch);
            place.Log.Append(batch);
        }

        owner.Wait(count);
        var times = owner.Times(skip: perSecond);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"latency {durability,-6} {perSecond}/s, 1 event a batch: p50 {times[times.Length / 2]:0.000} ms, p99 {times[times.Length * 99 / 100]:0.000}, p99.9 {times[(int)(times.Length * 0.999)]:0.000}, worst {times[^1]:0.0}"));
    }

    private static void Throughput(LogDurability durability, int visitors, RecordKind kind, int decisionEvery, bool print = true)
    {
        const int BatchSize = 100;
        const int InFlight = 16;
        using var place = new Place(durability);
        var owner = new LatencyOwner(0);
        var source = new Source(owner, visitors, kind);
        for (var i = 0; i < InFlight; i++)
        {
            owner.Free.Enqueue(new LogBatch(owner));
        }

        var total = print ? 1_000_000 : 200_000;
        Feed(place, owner, source, total / 10, BatchSize, decisionEvery);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var start = Stopwatch.GetTimestamp();
        var fill = Feed(place, owner, source, total, BatchSize, decisionEvery);
        var wall = Stopwatch.GetElapsedTime(start);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu - fill;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        if (!print)
        {
            return;
        }

        var bytes = Directory.GetFiles(place.Installation.LogFolder, "*.db").Sum(file => new FileInfo(file).Length);
        start = Stopwatch.GetTimestamp();
        var counter = new Counter();
        place.Log.Read(new long[Partitions], counter, CancellationToken.None);
        var read = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"throughput {durability,-6} {visitors,6} visitors, {kind,-7}, decision every {decisionEvery,2}: {cpu.TotalMicroseconds / total:0.00} us CPU/event, {total / wall.TotalSeconds:0} ev/s, {(double)allocated / total:0.0} B allocated/event, {(double)bytes / counter.Count:0} B stored/event; read {read.TotalMicroseconds / counter.Count:0.00} us/event"));
    }

    private static TimeSpan Feed(Place place, LatencyOwner owner, Source source, int total, int batchSize, int decisionEvery)
    {
        var filling = 0L;
        var before = owner.Done;
        for (var sent = 0; sent < total; sent += batchSize)
        {
            LogBatch? batch;
            while (!owner.Free.TryDequeue(out batch))
            {
                owner.WaitForFree();
            }

            var start = Stopwatch.GetTimestamp();
            source.Fill(batch, batchSize, decisionEvery);
            filling += Stopwatch.GetTimestamp() - start;
            place.Log.Append(batch);
        }

        owner.Wait(before + (total / batchSize));
        return TimeSpan.FromSeconds((double)filling / Stopwatch.Frequency);
    }

    private sealed class Place : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("mi-bench-log-").FullName;

        public Place(LogDurability durability)
        {
            Installation = Installation.OpenOrCreate(Path.Combine(_folder, "data"), new InstallationOptions { Partitions = Partitions, MasterKey = new byte[32] });
            Log = new SignalLog(Installation, new SignalLogOptions { Durability = durability }, TimeProvider.System, NullLogger<SignalLog>.Instance);
        }

        public Installation Installation { get; }

        public SignalLog Log { get; }

        public void Dispose()
        {
            Log.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private sealed class Source(LatencyOwner owner, int visitors, RecordKind kind)
    {
        private readonly SeededRandom _random = new(17);
        private readonly long[] _next = new long[Partitions];
        private readonly byte[] _body = new byte[600];
        private long _number;

        public void Fill(LogBatch batch, int count, int decisionEvery)
        {
            _ = owner;
            batch.Clear();
            for (var i = 0; i < count; i++)
            {
                var visitor = (ulong)_random.Next(visitors) + 1;
                var id = new Hash128(visitor * 0x9e3779b97f4a7c15, visitor * 0xbf58476d1ce4e5b9);
                var partition = (int)(id.Low % Partitions);
                var at = new Moment(1_767_225_600_000 + (_number / 5));
                var header = new RecordHeader
                {
                    Kind = kind, SignalKind = SignalKind.Track, Partition = partition, Offset = _next[partition]++, At = at, ReceivedAt = at, SourceTime = at,
                    Visitor = new VisitorId(id), Session = new SessionId(new Hash128(id.Low, id.High)), Message = new MessageKey(new Hash128((ulong)_number, 1)),
                    Source = new SourceId(1), ZoneOffsetMinutes = Signal.UnknownZone,
                };
                batch.Add(header, Payload);
                _number++;
                if (decisionEvery > 0 && _number % decisionEvery == 0)
                {
                    batch.Decisions.Add(new DecisionEntry(new DecisionId(new Hash128((ulong)_number * 0x94d049bb133111eb, (ulong)_number)), new LogPosition(partition, header.Offset), at, header.Visitor, header.Session, "bench", 1, 0, 77.5, _body));
                }
            }
        }
    }

    private sealed class LatencyOwner(int capacity) : ILogBatchOwner
    {
        private readonly double[] _times = new double[capacity];
        private readonly System.Runtime.CompilerServices.ConditionalWeakTable<LogBatch, StrongBox> _started = [];
        private readonly object _freed = new();
        private int _done;

        public System.Collections.Concurrent.ConcurrentQueue<LogBatch> Free { get; } = new();

        public int Done => Volatile.Read(ref _done);

        public void Started(LogBatch batch) => _started.GetOrCreateValue(batch).Value = Stopwatch.GetTimestamp();

        public void OnCommitted(LogBatch batch)
        {
            if (_times.Length > 0 && _started.TryGetValue(batch, out var start) && _done < _times.Length)
            {
                _times[_done] = Stopwatch.GetElapsedTime(start.Value).TotalMilliseconds;
            }

            Free.Enqueue(batch);
            Interlocked.Increment(ref _done);
            lock (_freed)
            {
                Monitor.Pulse(_freed);
            }
        }

        public void OnStalled(LogBatch batch, Exception cause) => Console.WriteLine("stalled: " + cause.Message);

        public void WaitForFree()
        {
            lock (_freed)
            {
                if (Free.IsEmpty)
                {
                    Monitor.Wait(_freed, 10);
                }
            }
        }

        public void Wait(int count) => SpinWait.SpinUntil(() => { Thread.Sleep(1); return Done >= count; });

        public double[] Times(int skip)
        {
            var times = _times.AsSpan(skip, Done - skip).ToArray();
            Array.Sort(times);
            return times;
        }

        internal sealed class StrongBox
        {
            public long Value;
        }
    }

    private sealed class Counter : ILogReader
    {
        public long Count { get; private set; }

        public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload) => Count++;
    }
}
