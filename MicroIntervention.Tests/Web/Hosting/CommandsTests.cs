using MicroIntervention.Web.Hosting;

namespace MicroIntervention.Tests.Web.Hosting;

public sealed class CommandsTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("--nonsense")]
    [InlineData("serve", "--nonsense")]
    public async Task RunAsync_NotUnderstood_ExitsTwoWithASentence(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(ExitCode.Usage, await Commands.RunAsync(arguments, output, error));

        Assert.Contains("help", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    public async Task RunAsync_Help_ListsEveryCommand(string word)
    {
        using var output = new StringWriter();

        Assert.Equal(ExitCode.Done, await Commands.RunAsync([word], output, TextWriter.Null));

        Assert.All(Commands.All, command => Assert.Contains("  " + command.Name, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_FolderInUse_ExitsThree()
    {
        using var temp = new TempFolder();
        Assert.True(DataFolder.TryOpen(temp.At("data"), out var folder, out _, out _));
        using (folder)
        {
            using var error = new StringWriter();

            Assert.Equal(ExitCode.FolderInUse, await Commands.RunAsync(["serve", "--data", temp.At("data")], TextWriter.Null, error));

            Assert.Contains("Another process", error.ToString(), StringComparison.Ordinal);
        }
    }
}
