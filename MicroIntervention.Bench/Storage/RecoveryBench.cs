using System.Diagnostics;
using System.Globalization;
using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Checkpoints;
using MicroIntervention.Web.Storage.Log;
using Microsoft.Extensions.Logging.Abstractions;

namespace MicroIntervention.Bench.Storage;

/// <summary>Time from opening the folder of a killed engine to having its state again, with and without checkpoint; size and cost of a checkpoint.</summary>
/// <remarks>The kill is a copy of the folder's files as they stand while the engine still runs: what a killed process leaves. MI_SESSIONS sets another number of live sessions.</remarks>
internal static class RecoveryBench
{
    private const int EventsPerSession = 5;
    private const int Tail = 50_000;
    private const int PerRequest = 100;
    private static readonly string[] Names = ["Page Viewed", "Product Viewed", "Product Added", "Products Searched", "Idle", "Checkout Started"];

    public static void Run()
    {
        var sessions = int.Parse(Environment.GetEnvironmentVariable("MI_SESSIONS") ?? "100000", CultureInfo.InvariantCulture);
        var root = Directory.CreateTempSubdirectory("mi-bench-recovery-").FullName;
        try
        {
            var (live, killed) = (Path.Combine(root, "live"), Path.Combine(root, "killed"));
            using (var place = new Place(live))
            {
                place.Host.Recover(CancellationToken.None);
                place.Host.Start();
                var pack = File.ReadAllBytes(Path.Combine("scenarios", "bench.json"));
                place.Host.ControlAsync(ControlCodec.Encode(new ControlRecord.Activate(new PlanSource([pack], [], false), "", "bench"))).Wait();
                place.Post(sessions, sessions * EventsPerSession, 0);
                for (var i = 0; i < 3; i++)
                {
                    place.Post(sessions, PerRequest, sessions * EventsPerSession + 1_000_000 + i * PerRequest);
                    place.Host.MakeCheckpoint();
                    var made = place.Host.LastCheckpoint!;
                    Print($"checkpoint: {made.Bytes / 1e6:0.0} MB in {made.Took.TotalMilliseconds:0} ms; a shard held up per partition: median {made.CopyMedian.TotalMilliseconds:0.00} ms, worst {made.CopyWorst.TotalMilliseconds:0.00} ms {made.Fault}");
                }

                place.Post(sessions, Tail, sessions * EventsPerSession + 2_000_000);
                Copy(live, killed);
            }

            for (var i = 0; i < 3; i++)
            {
                Recover(killed, "with checkpoint");
            }

            Directory.Delete(Path.Combine(killed, "checkpoints"), recursive: true);
            for (var i = 0; i < 2; i++)
            {
                Recover(killed, "whole log");
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Recover(string folder, string how)
    {
        GC.Collect();
        var from = Stopwatch.GetTimestamp();
        using var place = new Place(folder);
        var opened = Stopwatch.GetElapsedTime(from);
        place.Host.Recover(CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(from);
        var report = place.Host.Recovered!;
        Print($"{how}: {took.TotalMilliseconds:0} ms ({opened.TotalMilliseconds:0} of them to open the log), {report.Records} records read, {place.Host.Snapshot().LiveSessions} live sessions {string.Join(' ', report.Ignored)}");
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Place : IDisposable
    {
        private readonly SignalLog _log;
        private readonly SignalParser _parser;
        private ulong _request;

        public Place(string folder)
        {
            var installation = Installation.OpenOrCreate(folder, new InstallationOptions { MasterKey = new byte[32] });
            _log = new SignalLog(installation, new SignalLogOptions { Durability = LogDurability.Normal }, TimeProvider.System, NullLogger<SignalLog>.Instance);
            _parser = new SignalParser(installation.Hash);
            Host = new EngineHost(
                new EngineOptions { Partitions = installation.Partitions, CheckpointEvery = TimeSpan.FromDays(1), CheckpointRecords = 1_000_000_000 },
                new EngineParts(_log, _parser, new PlanBook(installation.Hash), null, [], new SendGates(), TimeProvider.System, new CheckpointFolder(Path.Combine(folder, "checkpoints"))));
        }

        public EngineHost Host { get; }

        public void Post(int sessions, int events, int first)
        {
            var waiting = new Queue<SignalBatch>();
            for (var sent = 0; sent < events; sent += PerRequest)
            {
                var body = new StringBuilder("""{"batch":[""");
                for (var i = sent; i < sent + PerRequest; i++)
                {
                    body.Append(i > sent ? "," : "").Append(CultureInfo.InvariantCulture,
                        $$$"""{"type":"track","event":"{{{Names[i % Names.Length]}}}","anonymousId":"v{{{i % sessions}}}","messageId":"m{{{first + i}}}","properties":{"value":{{{i % 97}}}}}""");
                }

                var bytes = Encoding.UTF8.GetBytes(body.Append("]}").ToString());
                var batch = new SignalBatch { Buffer = bytes, Length = bytes.Length };
                var door = new SignalDoor(new SourceId(1), SignalFlags.None, Moment.From(TimeProvider.System.GetUtcNow()), new Hash128(++_request, 1), null);
                _parser.ParseRequest(SignalRoute.Batch, in door, Host.Schema, batch);
                while (Host.TryPost(batch) != PostResult.Taken)
                {
                    waiting.Dequeue().WhenDurable.AsTask().Wait();
                }

                waiting.Enqueue(batch);
                if (waiting.Count > 100)
                {
                    waiting.Dequeue().WhenDurable.AsTask().Wait();
                }
            }

            while (waiting.TryDequeue(out var last))
            {
                last.WhenDurable.AsTask().Wait();
            }
        }

        public void Dispose()
        {
            // No Stop for an engine that was only recovered; the killed one stops too, after its folder was copied.
            Host.Stop();
            _log.Dispose();
        }
    }
}
