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

    [Fact]
    public async Task Run_LinesOfALongCommand_ArriveWhileItRuns()
    {
        using var temp = new TempFolder();
        using var folder = Open(temp);
        var slow = new Slow();
        using var server = await StartAsync(folder, slow);
        using var lines = new LineWatcher();

        var asking = FolderSocketClient.RunAsync(folder.Socket, ["slow"], lines, TextWriter.Null);
        await lines.First.Task.WaitAsync(Patience);
        Assert.False(asking.IsCompleted);
        slow.MayEnd.SetResult();

        Assert.Equal(ExitCode.Done, await asking.WaitAsync(Patience));
        await server.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Run_ServerStopsInTheMiddle_IsToldAndFails()
    {
        using var temp = new TempFolder();
        using var folder = Open(temp);
        var slow = new Slow();
        using var server = await StartAsync(folder, slow);
        using var error = new StringWriter();

        var asking = FolderSocketClient.RunAsync(folder.Socket, ["slow"], TextWriter.Null, error);
        await slow.Started.Task.WaitAsync(Patience);
        await server.StopAsync(CancellationToken.None).WaitAsync(Patience);

        Assert.Equal(ExitCode.Failed, await asking.WaitAsync(Patience));
        Assert.Contains("stopped before the command was done", error.ToString(), StringComparison.Ordinal);
        Assert.True(slow.WasCancelled);
    }

    [Fact]
    public async Task Run_CallerGoesAway_EndsTheCommand()
    {
        using var temp = new TempFolder();
        using var folder = Open(temp);
        var slow = new Slow();
        using var server = await StartAsync(folder, slow);
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder.Socket));
            await socket.SendAsync("[\"slow\"]\n"u8.ToArray());
            await slow.Started.Task.WaitAsync(Patience);
        }

        await slow.Ended.Task.WaitAsync(Patience);
        Assert.True(slow.WasCancelled);
        Assert.Equal(7, (await AskAsync(folder, "echo", "x")).Code);
        await server.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Run_CallersWhoSayNothing_DelayOthersButDoNotStopThem()
    {
        using var temp = new TempFolder();
        using var folder = Open(temp);
        using var server = await StartAsync(folder);
        var silent = new List<Socket>();
        for (var i = 0; i < 8; i++)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder.Socket));
            silent.Add(socket);
        }

        // All places are taken; the silent ones are cut off after their five seconds.
        Assert.Equal(7, (await AskAsync(folder, "echo", "x")).Code);
        silent.ForEach(socket => socket.Dispose());
        await server.StopAsync(CancellationToken.None);
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static DataFolder Open(TempFolder temp) =>
        DataFolder.TryOpen(temp.Path, out var folder, out _, out var fault) ? folder : throw new InvalidOperationException(fault);

    private static async Task<FolderSocketServer> StartAsync(DataFolder folder, params IFolderCommand[] more)
    {
        var server = new FolderSocketServer(folder, [new Echo(), new Fail(), .. more], NullLogger<FolderSocketServer>.Instance);
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

    private sealed class Slow : IFolderCommand
    {
        public string Name => "slow";

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WasCancelled { get; private set; }

        public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancel)
        {
            try
            {
                await output.WriteLineAsync("half way");
                Started.SetResult();
                await MayEnd.Task.WaitAsync(cancel);
                return ExitCode.Done;
            }
            catch (OperationCanceledException)
            {
                WasCancelled = true;
                throw;
            }
            finally
            {
                Ended.SetResult();
            }
        }
    }

    private sealed class LineWatcher : StringWriter
    {
        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Task WriteLineAsync(string? value)
        {
            First.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
