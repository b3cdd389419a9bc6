using MicroIntervention.Web.Storage.Log;
using Microsoft.Extensions.Logging.Abstractions;

namespace MicroIntervention.Tests.Web.Storage.Log;

/// <summary>A data folder with a log that can be closed and opened again.</summary>
internal sealed class LogFixture : IDisposable
{
    public const int Partitions = 8;

    public static byte[] MasterKey { get; } = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly TempFolder _folder = new();
    private readonly SignalLogOptions _options;

    public LogFixture(SignalLogOptions? options = null)
    {
        _options = options ?? new SignalLogOptions();
        Installation = Open();
        Log = new SignalLog(Installation, _options, Time, NullLogger<SignalLog>.Instance);
    }

    public ManualTime Time { get; } = new();

    public Installation Installation { get; private set; }

    public SignalLog Log { get; private set; }

    public string Folder => _folder.At("data");

    public DecisionLog Decisions => new(Installation);

    public NoteLog Notes => new(Installation);

    public string[] Segments => [.. Directory.GetFiles(Installation.LogFolder, "*.db").Order()];

    public Installation Open() => Installation.OpenOrCreate(Folder, new InstallationOptions { Partitions = Partitions, MasterKey = MasterKey });

    public void Restart()
    {
        Log.Dispose();
        Installation = Open();
        Log = new SignalLog(Installation, _options, Time, NullLogger<SignalLog>.Instance);
    }

    public List<LoggedRecord> ReadAll(long[]? from = null)
    {
        var read = new RecordCollector();
        Log.Read(from ?? new long[Partitions], read, CancellationToken.None);
        return read.Records;
    }

    /// <summary>Waits until everything appended is durable.</summary>
    public void Drain() => Assert.True(SpinWait.SpinUntil(() => Log.QueueDepth == 0, TimeSpan.FromSeconds(30)));

    public LogReport Verify() => new LogVerifier(Installation).Verify(CancellationToken.None);

    /// <summary>Every byte of every file in the data folder.</summary>
    public bool Contains(byte[] pattern) => Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)
        .Any(file => ReadShared(file).AsSpan().IndexOf(pattern) >= 0);

    public void Dispose()
    {
        Log.Dispose();
        _folder.Dispose();
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
