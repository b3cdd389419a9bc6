using System.Diagnostics;
using System.Globalization;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;
using Microsoft.Extensions.Logging.Abstractions;

namespace MicroIntervention.Tests.Web.Storage.Log;

/// <summary>A process that writes the log is killed in the middle: what it was told is durable is there, once, in order.</summary>
[Proves("R-05")]
public sealed class LogCrashTests
{
    private const string FolderVariable = "MI_TEST_CRASH_FOLDER";
    private const string SeedVariable = "MI_TEST_CRASH_SEED";
    private const int BatchSize = 5;

    [Fact]
    public void Append_ProcessKilledUnderLoad_KeepsEverythingAcknowledgedOnce()
    {
        using var folder = new TempFolder();
        for (var round = 1; round <= 3; round++)
        {
            long[] next;
            using (var log = Open(folder.Path))
            {
                next = Next(log);
            }

            KillWriterAfter(folder.Path, round, acknowledgements: 300 * round);

            var acknowledged = new FileInfo(AckFile(folder.Path, round)).Length;
            using var reopened = Open(folder.Path);
            var read = new RecordCollector();
            reopened.Read(next, read, CancellationToken.None);
            Assert.True(read.Records.Count >= acknowledged * BatchSize, $"{acknowledged} batches of {BatchSize} were acknowledged, {read.Records.Count} records are there");
            Assert.Equal(0, read.Records.Count % BatchSize);
            var source = new SignalSource(LogFixture.Partitions, (ulong)round, next: next);
            source.Advance(TimeSpan.FromDays(round));
            while (source.Sent.Count < read.Records.Count)
            {
                source.Batch(BatchSize, decisionEvery: 11);
            }

            Assert.Equal(source.Sent, read.Records);
            var report = new LogVerifier(Installation(folder.Path)).Verify(CancellationToken.None);
            Assert.True(report.IsSound, string.Join('\n', report.Findings));
        }
    }

    /// <summary>Not a test of its own: the process that gets killed. Does nothing unless started by the test above.</summary>
    [Fact]
    public void WriterProcess()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } folder)
        {
            return;
        }

        var seed = int.Parse(Environment.GetEnvironmentVariable(SeedVariable)!, CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Combine(folder, "pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        using var log = Open(folder);
        using var acks = new AckWriter(AckFile(folder, seed));
        var source = new SignalSource(LogFixture.Partitions, (ulong)seed, next: Next(log));
        source.Advance(TimeSpan.FromDays(seed));
        var stop = Stopwatch.StartNew();
        while (stop.Elapsed < TimeSpan.FromSeconds(60))
        {
            log.Append(acks.Owned(source.Batch(BatchSize, decisionEvery: 11)));
        }
    }

    private static void KillWriterAfter(string folder, int round, int acknowledgements)
    {
        File.Delete(Path.Combine(folder, "pid"));
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "vstest", typeof(LogCrashTests).Assembly.Location, $"--TestCaseFilter:FullyQualifiedName={typeof(LogCrashTests).FullName}.{nameof(WriterProcess)}" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[FolderVariable] = folder;
        start.Environment[SeedVariable] = round.ToString(CultureInfo.InvariantCulture);
        using var runner = Process.Start(start)!;
        runner.OutputDataReceived += (_, _) => { };
        runner.ErrorDataReceived += (_, _) => { };
        runner.BeginOutputReadLine();
        runner.BeginErrorReadLine();
        try
        {
            var ack = AckFile(folder, round);
            Assert.True(
                SpinWait.SpinUntil(() => { Thread.Sleep(5); return (File.Exists(ack) && new FileInfo(ack).Length >= acknowledgements) || runner.HasExited; }, TimeSpan.FromSeconds(60)) && !runner.HasExited,
                "the writing process did not get going");
            using var writer = Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(folder, "pid")), CultureInfo.InvariantCulture));
            writer.Kill();
            Assert.True(writer.WaitForExit(TimeSpan.FromSeconds(30)));
        }
        finally
        {
            if (!runner.WaitForExit(TimeSpan.FromSeconds(30)))
            {
                runner.Kill(entireProcessTree: true);
            }
        }
    }

    private static string AckFile(string folder, int round) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"acks-{round}"));

    private static Installation Installation(string folder) => MicroIntervention.Web.Storage.Log.Installation.OpenOrCreate(
        Path.Combine(folder, "data"), new InstallationOptions { Partitions = LogFixture.Partitions, MasterKey = LogFixture.MasterKey });

    private static SignalLog Open(string folder) =>
        new(Installation(folder), new SignalLogOptions { SegmentBytes = 1 << 20, CheckpointBytes = 1 << 20 }, TimeProvider.System, NullLogger<SignalLog>.Instance);

    private static long[] Next(SignalLog log) => [.. Enumerable.Range(0, LogFixture.Partitions).Select(log.NextOffset)];

    /// <summary>Writes one byte, straight to the file, for every batch that became durable.</summary>
    private sealed class AckWriter(string path) : ILogBatchOwner, IDisposable
    {
        private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

        /// <summary>The same records in a batch of its own.</summary>
        public LogBatch Owned(LogBatch made)
        {
            var batch = new LogBatch(this);
            foreach (var header in made.Headers)
            {
                batch.Add(header, made.PayloadOf(header));
            }

            batch.Decisions.AddRange(made.Decisions);
            return batch;
        }

        public void OnCommitted(LogBatch batch) => _file.WriteByte(1);

        public void OnStalled(LogBatch batch, Exception cause)
        {
        }

        public void Dispose() => _file.Dispose();
    }
}
