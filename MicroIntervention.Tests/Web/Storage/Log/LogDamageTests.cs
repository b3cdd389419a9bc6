using MicroIntervention.Web.Storage.Log;
using Microsoft.Extensions.Logging.Abstractions;

namespace MicroIntervention.Tests.Web.Storage.Log;

/// <summary>What a damaged, foreign or wrongly keyed folder says.</summary>
[Proves("R-05")]
public sealed class LogDamageTests
{
    [Fact]
    public void Verify_PlantedBitInABlob_FindsThatBlobOnly()
    {
        using var fixture = Filled();
        fixture.Log.Dispose();
        Change(fixture.Segments[0], "UPDATE blob SET data = CAST(substr(data, 1, length(data) - 9) || x'5a' || substr(data, length(data) - 7) AS BLOB) WHERE id = (SELECT min(id) + 3 FROM blob)");
        var finding = Assert.Single(fixture.Verify().Findings);
        Assert.Equal(1, finding.Segment);
        Assert.Contains("blob 4", finding.Sentence, StringComparison.Ordinal);
        var wrong = Assert.Throws<LogCorruptionException>(() => fixture.ReadAll());
        Assert.Contains("00000001.db", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_MissingBlobAndDecisionWithoutRecord_FindsBoth()
    {
        using var fixture = Filled();
        fixture.Log.Dispose();
        Change(fixture.Segments[0], "DELETE FROM blob WHERE id = 4");
        Change(fixture.Segments[0], "UPDATE decision SET \"offset\" = 999999 WHERE row = 2");
        var findings = fixture.Verify().Findings;
        Assert.Contains(findings, one => one.Sentence.Contains("blob 5", StringComparison.Ordinal) && one.Sentence.Contains("is due", StringComparison.Ordinal));
        Assert.Contains(findings, one => one.Sentence.Contains("999999, which is not there", StringComparison.Ordinal));
    }

    [Fact]
    public void Verify_KeyOfAnotherVisitor_IsNotTakenForSound()
    {
        using var fixture = Filled();
        fixture.Log.Dispose();
        Change(fixture.Segments[0], "UPDATE visitor_key SET wrapped = CAST(substr(wrapped, 1, 20) || x'00000000' || substr(wrapped, 25) AS BLOB) WHERE id = 3");
        Assert.Contains(fixture.Verify().Findings, one => one.Sentence.Contains("key 3 was changed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    public void Open_TruncatedFile_SaysWhichFile(int keep)
    {
        using var fixture = Filled();
        fixture.Log.Dispose();
        using (var file = new FileStream(fixture.Segments[0], FileMode.Open, FileAccess.Write))
        {
            file.SetLength(keep);
        }

        if (keep == 0)
        {
            // Nothing of it ever became durable as far as anybody can tell: it is the shape a crash leaves while making a file.
            using var log = Open(fixture);
            Assert.Empty(fixture.Verify().Findings);
            return;
        }

        var wrong = Assert.ThrowsAny<IOException>(() => Open(fixture));
        Assert.Contains("00000001.db", wrong.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fixture.Verify().Findings);
    }

    [Fact]
    public void Open_NotADatabase_SaysWhichFile()
    {
        using var fixture = Filled();
        fixture.Log.Dispose();
        File.WriteAllText(fixture.Segments[0], new string('x', 8192));
        var wrong = Assert.Throws<SqliteFault>(() => Open(fixture));
        Assert.Contains("00000001.db", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CrashWhileANewSegmentWasMade_GoesOnWithTheOneBefore()
    {
        using var fixture = Filled();
        var sent = fixture.ReadAll();
        fixture.Log.Dispose();
        File.WriteAllBytes(Path.Combine(fixture.Installation.LogFolder, "00000002.db"), []);
        fixture.Restart();
        Assert.Equal(sent, fixture.ReadAll());
        Assert.Single(fixture.Segments);
    }

    [Fact]
    [Proves("R-71")]
    public void OpenOrCreate_WrongMasterKey_IsRefusedWithASentence()
    {
        using var fixture = Filled();
        var wrong = Assert.Throws<MasterKeyException>(() => Installation.OpenOrCreate(fixture.Folder, new InstallationOptions { Partitions = LogFixture.Partitions, MasterKey = new byte[32] }));
        Assert.StartsWith("The master key does not belong to this data folder", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenOrCreate_OtherPartitions_IsRefusedWithASentence()
    {
        using var fixture = Filled();
        var wrong = Assert.Throws<InstallationException>(() => Installation.OpenOrCreate(fixture.Folder, new InstallationOptions { Partitions = 64, MasterKey = LogFixture.MasterKey }));
        Assert.Equal("This data folder was made with 8 partitions and 64 are asked for. The number cannot change: start with 8, or use a new folder.", wrong.Message);
    }

    [Fact]
    public void OpenOrCreate_KeyFile_IsMadePrivateOutsideAndAskedForWhenMissing()
    {
        using var folder = new TempFolder();
        var options = new InstallationOptions { MasterKeyFile = folder.At("config", "key") };
        var first = Installation.OpenOrCreate(folder.At("data"), options);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.At("config", "key")));
        }

        Assert.Equal(first.HashKey.ToArray(), Installation.OpenOrCreate(folder.At("data"), options).HashKey.ToArray());
        Assert.Throws<MasterKeyException>(() => Installation.OpenOrCreate(folder.At("data"), new InstallationOptions { MasterKeyFile = folder.At("data", "key") }));
        File.Delete(folder.At("config", "key"));
        var wrong = Assert.Throws<MasterKeyException>(() => Installation.OpenOrCreate(folder.At("data"), options));
        Assert.Contains("is missing", wrong.Message, StringComparison.Ordinal);
    }

    private static LogFixture Filled()
    {
        var fixture = new LogFixture();
        var source = new SignalSource(LogFixture.Partitions, seed: 31);
        for (var i = 0; i < 10; i++)
        {
            fixture.Log.Append(source.Batch(30, decisionEvery: 10));
            source.WaitFor(i + 1);
        }

        return fixture;
    }

    private static SignalLog Open(LogFixture fixture) => new(fixture.Open(), new SignalLogOptions(), fixture.Time, NullLogger<SignalLog>.Instance);

    private static void Change(string segment, string sql)
    {
        using var file = SqliteFile.OpenForWriting(segment, create: false);
        file.Execute(sql);
    }
}
