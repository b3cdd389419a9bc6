using MicroIntervention.Web.Hosting;

namespace MicroIntervention.Tests.Web.Hosting;

public sealed class DataFolderTests
{
    [Fact]
    public void TryOpen_NewFolder_MakesItPrivate()
    {
        using var temp = new TempFolder();

        Assert.True(DataFolder.TryOpen(temp.At("data"), out var folder, out _, out _));

        using (folder)
        {
            Assert.True(Directory.Exists(folder.Log));
            Assert.True(Directory.Exists(folder.Keys));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
            }
        }
    }

    [Fact]
    public void TryOpen_AfterDispose_OpensAgain()
    {
        using var temp = new TempFolder();
        Assert.True(DataFolder.TryOpen(temp.At("data"), out var first, out _, out _));
        first.Dispose();

        Assert.True(DataFolder.TryOpen(temp.At("data"), out var second, out _, out _));

        second.Dispose();
    }

    [Fact]
    public void TryOpen_PathIsAFile_FailsWithASentence()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp.At("data"), "");

        Assert.False(DataFolder.TryOpen(temp.At("data"), out _, out var exitCode, out var fault));

        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Contains("--data", fault, StringComparison.Ordinal);
    }
}
