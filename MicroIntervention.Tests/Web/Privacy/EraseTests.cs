using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Tests.Web.Storage.Backup;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Privacy;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Backup;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Tests.Web.Privacy;

[Proves("R-71")]
public sealed class EraseTests
{
    private const string Secret = "my card ends in 4711";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Erase_ThenRestoreOfAnOlderBackup_StaysErased(bool backupInReach)
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.SendAsync("anna", "m-1", Secret);
        await stage.SendAsync("bert", "m-2", "still here");
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data)).Code);
        var kept = stage.At("copy");
        if (!backupInReach)
        {
            kept = stage.At("elsewhere");
            Directory.Move(stage.At("copy"), kept);
        }

        await stage.SendAsync("anna", "m-3", Secret);
        var (code, output, error) = await CommandLine.RunAsync("erase", "--anonymous", "anna", "--data", stage.Data);

        Assert.Equal(backupInReach ? ExitCode.Done : ExitCode.Failed, code);
        Assert.Contains($"1 visitors erased: 1 keys destroyed in the log, {(backupInReach ? 1 : 0)} backups reached.", output, StringComparison.Ordinal);
        Assert.Equal(!backupInReach, error.Contains(stage.At("copy"), StringComparison.Ordinal));
        Assert.DoesNotContain(stage.Payloads(), text => text.Contains(Secret, StringComparison.Ordinal));
        Assert.Contains(stage.Payloads(), text => text.Contains("still here", StringComparison.Ordinal));
        Assert.Equal(backupInReach ? 1 : 0, BackupManifest.Read(kept).ErasuresApplied);
        await stage.StopAsync();

        var restored = await CommandLine.RunAsync("restore", kept, "--data", stage.At("again"));
        Assert.Equal((ExitCode.Done, ""), (restored.Code, restored.Error));
        await stage.ServeAsync(stage.At("again"));
        Assert.DoesNotContain(stage.Payloads(), text => text.Contains(Secret, StringComparison.Ordinal));
        Assert.Contains(stage.Payloads(), text => text.Contains("still here", StringComparison.Ordinal));
        await stage.StopAsync();
        Assert.False(BackupStage.AnyFileHolds(stage.At("again"), Secret));
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("verify-log", "--data", stage.At("again"))).Code);
    }

    [Fact]
    public async Task Erase_UserWhoCameBack_KeepsWhatWasSentAfterwards()
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.SendAsync("anna", "m-1", Secret);
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("erase", "--anonymous", "anna", "--data", stage.Data)).Code);
        await stage.SendAsync("anna", "m-2", "came back");
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data)).Code);
        await stage.StopAsync();

        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("restore", stage.At("copy"), "--data", stage.At("again"))).Code);
        await stage.ServeAsync(stage.At("again"));

        Assert.Contains(stage.Payloads(), text => text.Contains("came back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erase_User_ErasesEveryVisitorWhoSignedInUnderIt()
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.IdentifyAsync("phone", "u-1", "Annabella");
        await stage.SendAsync("phone", "m-1", Secret);
        await stage.IdentifyAsync("other", "u-2", "Bertholda");
        await stage.StopAsync();

        // On a free folder this time.
        var (code, output, error) = await CommandLine.RunAsync("erase", "--user", "u-1", "--data", stage.Data);

        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Contains("2 visitors erased", output, StringComparison.Ordinal);
        await stage.ServeAsync(stage.Data);
        var left = string.Join('\n', stage.Payloads());
        Assert.DoesNotContain("Annabella", left, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, left, StringComparison.Ordinal);
        Assert.Contains("Bertholda", left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAFolderCopiedBackByHand_ErasesBeforeADoorOpens()
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.SendAsync("anna", "m-1", Secret);
        await stage.StopAsync();
        CopyFolder(stage.Data, stage.At("old"));
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("erase", "--anonymous", "anna", "--data", stage.Data)).Code);

        await stage.ServeAsync(stage.At("old"));

        Assert.DoesNotContain(stage.Payloads(), text => text.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erase_RefusedEventsAndBindingsOfTheVisitor_GoToo()
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.SendAsync("anna", "m-1");
        var contexts = stage.Server!.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>();
        await using (var db = await contexts.CreateDbContextAsync())
        {
            db.RejectedSignals.Add(new RejectedSignalRow { Reason = "wrong-type", Payload = System.Text.Encoding.UTF8.GetBytes($$"""{"anonymousId":"anna","event":5,"x":"{{Secret}}"}""") });
            db.RejectedSignals.Add(new RejectedSignalRow { Reason = "wrong-type", Payload = """{"anonymousId":"bert","event":5}"""u8.ToArray() });
            await db.SaveChangesAsync();
        }

        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("erase", "--anonymous", "anna", "--data", stage.Data)).Code);

        await using (var db = await contexts.CreateDbContextAsync())
        {
            Assert.Equal(0, await db.RejectedSignals.CountAsync());
        }

        Assert.Contains(await stage.Server.Services.GetRequiredService<AuditLog>().NewestAsync(10), line => line is { Who: "command line", Action: "erase" });
        await stage.StopAsync();
        Assert.False(BackupStage.AnyFileHolds(stage.Data, Secret));
    }

    [Fact]
    public async Task Erase_BackupCutShortByAKill_HasItsKeysDestroyedAndIsNamed()
    {
        await using var stage = await BackupStage.StartAsync();
        await stage.SendAsync("anna", "m-1", Secret);
        var registry = Path.Combine(stage.Data, BackupRegistry.FileName);
        var writer = stage.Server!.Services.GetRequiredService<BackupWriter>();

        // What a SIGKILL at this point leaves on the disk is what stands there now.
        await Assert.ThrowsAsync<TimeoutException>(() => writer.WriteAsync(
            stage.At("copy"),
            line =>
            {
                if (line.StartsWith("console.db", StringComparison.Ordinal))
                {
                    CopyFolder(stage.At("copy"), stage.At("image"));
                    File.Copy(registry, stage.At("registered"));
                    throw new TimeoutException("killed");
                }
            },
            CancellationToken.None));
        Assert.Empty(stage.Server.Services.GetRequiredService<BackupRegistry>().List());
        Directory.Move(stage.At("image"), stage.At("copy"));
        File.Move(stage.At("registered"), registry, overwrite: true);
        File.WriteAllText(Path.Combine(stage.At("copy"), "console.db"), Secret);
        Assert.NotEqual(0, new FileInfo(Path.Combine(stage.At("copy"), "visitor-keys")).Length);

        for (var i = 0; i < 2; i++)
        {
            var (code, output, error) = await CommandLine.RunAsync("erase", "--anonymous", "anna", "--data", stage.Data);
            Assert.Equal((ExitCode.Done, ""), (code, error));
            Assert.Contains("unfinished backup: ", output, StringComparison.Ordinal);
            Assert.Contains(stage.At("copy"), output, StringComparison.Ordinal);
        }

        Assert.Equal(0, new FileInfo(Path.Combine(stage.At("copy"), "visitor-keys")).Length);
        Assert.False(BackupStage.AnyFileHolds(stage.At("copy"), Secret));
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", "--forget", stage.At("copy"), "--data", stage.Data)).Code);
    }

    [Fact]
    public async Task Erase_RegisteredPlaceThatNowIsADataFolder_LeavesItAlone()
    {
        await using var stage = await BackupStage.StartAsync();
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data)).Code);
        Directory.Delete(stage.At("copy"), recursive: true);
        Directory.CreateDirectory(stage.At("copy"));
        File.WriteAllText(Path.Combine(stage.At("copy"), "console.db"), "somebody else's");

        var (code, _, error) = await CommandLine.RunAsync("erase", "--anonymous", "anna", "--data", stage.Data);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(stage.At("copy"), error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(stage.At("copy"), "console.db")));
    }

    [Fact]
    public async Task Backup_ListAndForget_SayWhichBackupsAnErasureHasToReach()
    {
        await using var stage = await BackupStage.StartAsync();
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", stage.At("copy"), "--data", stage.Data)).Code);
        Assert.Contains(stage.At("copy"), (await CommandLine.RunAsync("backup", "--list", "--data", stage.Data)).Output, StringComparison.Ordinal);
        Directory.Delete(stage.At("copy"), recursive: true);

        Assert.Equal(ExitCode.Failed, (await CommandLine.RunAsync("erase", "--anonymous", "nobody", "--data", stage.Data)).Code);
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("backup", "--forget", stage.At("copy"), "--data", stage.Data)).Code);
        Assert.Equal(ExitCode.Failed, (await CommandLine.RunAsync("backup", "--forget", stage.At("copy"), "--data", stage.Data)).Code);
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("erase", "--anonymous", "nobody", "--data", stage.Data)).Code);
    }

    [Theory]
    [InlineData("erase")]
    [InlineData("erase --anonymous")]
    [InlineData("erase anna")]
    [InlineData("backup")]
    [InlineData("backup a b")]
    [InlineData("backup --nonsense")]
    public async Task NotUnderstood_IsUsage(string words) =>
        Assert.Equal(ExitCode.Usage, (await CommandLine.RunAsync(words.Split(' '))).Code);

    [Fact]
    public void List_CutOffInItsLastLine_IsReadWithoutItAndGoesOn()
    {
        using var temp = new TempFolder();
        var list = ErasureList.OpenOrCreate(temp.At("list"));
        list.Add([new(new(1, 2)), new(new(3, 4))], DateTimeOffset.UnixEpoch);
        var text = File.ReadAllText(temp.At("list"));
        File.WriteAllText(temp.At("list"), text[..^5]);

        var cut = ErasureList.TryOpen(temp.At("list"))!;
        Assert.Equal(1, cut.Count);
        cut.Add([new(new(5, 6))], DateTimeOffset.UnixEpoch);
        Assert.Equal([new(new(1, 2)), new(new(5, 6))], ErasureList.TryOpen(temp.At("list"))!.From(0));
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) is not "lock"))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
