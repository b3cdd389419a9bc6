using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Operations;
using MicroIntervention.Web.Privacy;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Backup;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Storage.Backup;

[Proves("R-80")]
public sealed class BackupTests
{
    [Fact]
    public async Task Backup_UnderLoad_RestoresEverythingAcknowledgedBeforeItAndTheSameDecisions()
    {
        await using var stage = await BackupStage.StartAsync();
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                await stage.SendAsync($"visitor-{worker}-{i / 3}", $"m-{worker}-{i}");
            }
        })).ToArray();
        while (stage.Acknowledged.Count < 200)
        {
            await Task.Yield();
        }

        var before = stage.Acknowledged.ToArray();
        var (code, output, error) = await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Contains("Keep copies of both", output, StringComparison.Ordinal);
        var enoughMore = stage.Acknowledged.Count + 50;
        while (stage.Acknowledged.Count < enoughMore)
        {
            await Task.Yield();
        }

        await enough.CancelAsync();
        await Task.WhenAll(load);
        var manifest = BackupManifest.Read(stage.At("copy"));
        var original = stage.Decisions().Where(d => d.Position.Offset < manifest.NextOffsets[d.Position.Partition]).ToList();
        Assert.Contains(await AuditAsync(stage), line => line is { Who: "command line", Action: "backup" });
        await stage.StopAsync();

        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("restore", stage.At("copy"), "--data", stage.At("again"))).Code);
        var verified = await CommandLine.RunAsync("verify-log", "--data", stage.At("again"));
        Assert.Equal((ExitCode.Done, ""), (verified.Code, verified.Error));
        Assert.Contains("(0 without text", verified.Output, StringComparison.Ordinal);
        await stage.ServeAsync(stage.At("again"));

        var payloads = string.Join('\n', stage.Payloads());
        Assert.All(before, message => Assert.Contains($"\"{message}\"", payloads, StringComparison.Ordinal));
        var restored = stage.Decisions();
        Assert.NotEmpty(restored);
        Assert.Equal(original.Select(Line).Order(), restored.Select(Line).Order());
        var audit = stage.Server!.Services.GetRequiredService<DecisionAudit>();
        Assert.All(restored.Take(20), d => Assert.Equal(ReplayVerdict.Same, audit.Check(DecisionCodec.Decode(d.Body), CancellationToken.None)));
        Assert.Contains(await AuditAsync(stage), line => line is { Who: "command line", Action: "restore" });
        Assert.Equal("shop", Assert.Single(await stage.Server.Services.GetRequiredService<SourceStore>().ListAsync()).Name);
    }

    [Fact]
    public async Task Backup_OfAFreeFolderWithSeveralLogFiles_RestoresThemAll()
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.SendAsync("a", "m-1", "first words");
        stage.Server!.Services.GetRequiredService<SignalLog>().RollNow();
        await stage.SendAsync("a", "m-2", "second words");
        await stage.StopAsync();

        var (code, _, error) = await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Equal(2, Directory.GetFiles(stage.At("copy", "log")).Length);
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("restore", stage.At("copy"), "--data", stage.At("again"))).Code);
        Assert.False(Directory.Exists(stage.At("again", "checkpoints")));
        await stage.ServeAsync(stage.At("again"));
        Assert.Equal(2, stage.Payloads().Count(text => text.Contains("words", StringComparison.Ordinal)));
        await stage.StopAsync();
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("verify-log", "--data", stage.At("again"))).Code);
    }

    [Fact]
    public async Task Backup_Copy_HoldsNoVisitorKeyInItsLogAndNoRefusedEvent()
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.SendAsync("a", "m-1");
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data)).Code);

        using var segment = SqliteFile.OpenForReading(Assert.Single(Directory.GetFiles(stage.At("copy", "log"), "*.db")));
        Assert.Equal(0, segment.Scalar("SELECT count(*) FROM visitor_key"));
        Assert.True(segment.Scalar("SELECT count(*) FROM blob") > 0);
        Assert.True(BackupManifest.Read(stage.At("copy")).Keys.Rows >= 2);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.GetFiles(stage.At("copy"), "*", SearchOption.AllDirectories).Where(f => f[^3..] is not ("shm" or "wal")))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task Backup_UnfitTarget_IsRefusedWithASentenceAndLeavesNothing()
    {
        await using var stage = await BackupStage.StartAsync();
        Directory.CreateDirectory(stage.At("full"));
        await File.WriteAllTextAsync(stage.At("full", "mine"), "x");
        foreach (var (target, word) in new[] { (stage.At("full"), "not an empty folder"), (Path.Combine(stage.Data, "backups"), "one in the other"), (stage.At(), "one in the other") })
        {
            var (code, _, error) = await CommandLine.RunAsync("backup", target, "--data", stage.Data);
            Assert.Equal(ExitCode.Failed, code);
            Assert.Contains(word, error, StringComparison.Ordinal);
        }

        Assert.Equal([stage.At("full", "mine")], Directory.GetFileSystemEntries(stage.At("full")));
        var services = stage.Server!.Services;
        var poor = new BackupWriter(
            services, services.GetRequiredService<DataFolder>(), services.GetRequiredService<StorageTurn>(), services.GetRequiredService<BackupRegistry>(), TimeProvider.System) { FreeBytes = _ => 1_000_000 };
        var thrown = await Assert.ThrowsAsync<BackupException>(() => poor.WriteAsync(stage.At("new"), _ => { }, CancellationToken.None));
        Assert.Contains("not enough room", thrown.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(stage.At("new")));
        Assert.Empty(services.GetRequiredService<BackupRegistry>().List());
    }

    [Theory]
    [InlineData("install")]
    [InlineData("console.db")]
    [InlineData("log/00000001.db")]
    [InlineData("visitor-keys")]
    [InlineData("manifest.json")]
    public async Task Restore_ChangedOrMissingFile_NamesItAndRestoresNothing(string name)
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.SendAsync("a", "m-1");
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data)).Code);
        var file = stage.At("copy", name);
        var bytes = await File.ReadAllBytesAsync(file);
        for (var at = 20; at < bytes.Length; at += Math.Max(1, bytes.Length / 7))
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= 0x40;
            await File.WriteAllBytesAsync(file, changed);
            await AssertRefusedAsync(stage, name);
        }

        await File.WriteAllBytesAsync(file, bytes[..^3]);
        await AssertRefusedAsync(stage, name);
        File.Delete(file);
        await AssertRefusedAsync(stage, name);
    }

    [Fact]
    public async Task Restore_FolderInUseOrNotEmpty_IsRefused()
    {
        await using var stage = await BackupStage.StartAsync();
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data)).Code);

        Assert.Equal(ExitCode.FolderInUse, (await CommandLine.RunAsync("restore", stage.At("copy"), "--data", stage.Data)).Code);
        await stage.StopAsync();
        var (code, _, error) = await CommandLine.RunAsync("restore", stage.At("copy"), "--data", stage.Data);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("not an empty folder", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await CommandLine.RunAsync("restore")).Code);
        Assert.Equal(ExitCode.Failed, (await CommandLine.RunAsync("restore", stage.At("nothing"), "--data", stage.At("again"))).Code);
    }

    [Fact]
    public async Task Restore_WithoutTheListOfErased_NeedsASay()
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.SendAsync("a", "m-1");
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data)).Code);
        var list = stage.Server!.Services.GetRequiredService<Installation>().ErasureList;
        await stage.StopAsync();
        File.Delete(list);

        var (code, output, error) = await CommandLine.RunAsync("restore", stage.At("copy"), "--data", stage.At("again"));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("MISSING", output, StringComparison.Ordinal);
        Assert.Contains(list, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(stage.At("again")));
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("restore", stage.At("copy"), "--data", stage.At("again"), "--without-erasure-list")).Code);
        Assert.NotNull(ErasureList.OpenOrCreate(list));
    }

    private static async Task AssertRefusedAsync(BackupStage stage, string name)
    {
        var (code, _, error) = await CommandLine.RunAsync("restore", stage.At("copy"), "--data", stage.At("again"));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(name, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(stage.At("again")));
    }

    private static Task<IReadOnlyList<AuditEntry>> AuditAsync(BackupStage stage) => stage.Server!.Services.GetRequiredService<AuditLog>().NewestAsync(100);

    private static string Line(DecisionEntry entry) => $"{entry.Position} {entry.Id} {Convert.ToHexString(entry.Body)}";
}
