using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Hosting.FolderSocket;

namespace MicroIntervention.Tests.Web.Hosting;

public sealed class FolderSocketTests
{
    [Fact]
    public async Task Run_KnownCommand_GivesItsLinesAndExitCode()
    {
        using var temp = new TempFolder();
        using var folder = Open(temp);
        using var server = await StartAsync(folder);
        var (code, output, error) = await AskAsync(folder, "echo", "a b", "zwei\nZeilen", "ü");
        Assert.Equal((7, "a b|zwei", "3 words"), (code, output.Split('\n')[0].Trim(), error.Trim()));
        Assert.Contains("ü", output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.Socket));
        }

        await server.StopAsync(CancellationToken.None);
        Assert.False(File.Exists(folder.Socket));
        Assert.Equal(ExitCode.FolderInUse, (await AskAsync(folder, "echo")).Code);
    }

    [Fact]
    public async Task Run_UnknownOrFailingCommand_SaysSoAndTheServerGoesOn()
    {
        using var temp = new TempFolder();
        using var folder = Open(temp);
        await File.WriteAllTextAsync(folder.Socket, "left by a killed server");
        using var server = await StartAsync(folder);
        Assert.Equal(ExitCode.FolderInUse, (await AskAsync(folder, "restore", "x")).Code);
        var (code, _, error) = await AskAsync(folder, "fail");
        Assert.Equal(ExitCode.Failed, code);
        Assert.DoesNotContain("secret detail", error, StringComparison.Ordinal);
        foreach (var nonsense in new[] { "hello\n", "[]\n", "[null]\n", "[1]\n", new string('x', 70_000) + "\n" })
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder.Socket));
            try
            {
                await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(nonsense));
                await socket.ReceiveAsync(new byte[100]);
            }
            catch (SocketException)
            {
                // Cut off in the middle of too long a line.
            }
        }

        Assert.Equal(7, (await AskAsync(folder, "echo", "x")).Code);
        await server.StopAsync(CancellationToken.None);
    }

    private static DataFolder Open(TempFolder temp) =>
        DataFolder.TryOpen(temp.Path, out var folder, out _, out var fault) ? folder : throw new InvalidOperationException(fault);

    private static async Task<FolderSocketServer> StartAsync(DataFolder folder)
    {
        var server = new FolderSocketServer(folder, [new Echo(), new Fail()], NullLogger<FolderSocketServer>.Instance);
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    private static async Task<(int Code, string Output, string Error)> AskAsync(DataFolder folder, params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var code = await FolderSocketClient.RunAsync(folder.Socket, words, output, error, limit.Token);
        return (code, output.ToString(), error.ToString());
    }

    private sealed class Echo : IFolderCommand
    {
        public string Name => "echo";

        public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancel)
        {
            await output.WriteLineAsync(string.Join('|', arguments));
            await error.WriteLineAsync($"{arguments.Count} words");
            return 7;
        }
    }

    private sealed class Fail : IFolderCommand
    {
        public string Name => "fail";

        public Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancel) =>
            throw new InvalidOperationException("secret detail");
    }
}
