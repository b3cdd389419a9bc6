using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace MicroIntervention.Web.Hosting.FolderSocket;

/// <summary>Carries out commands that other processes of the same user give to the server that holds the data folder.</summary>
/// <remarks>The socket lies in the folder, which only its owner may enter, and is itself 0600. One line in, lines out; see <see cref="FolderSocketProtocol"/>.</remarks>
internal sealed class FolderSocketServer(DataFolder folder, IEnumerable<IFolderCommand> commands, ILogger<FolderSocketServer> log) : IHostedService, IDisposable
{
    // A person types one command at a time; this bounds what a loop in a script can hold open.
    private const int MaxAtOnce = 8;

    private static readonly TimeSpan TimeToAsk = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TimeToTakeALine = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _places = new(MaxAtOnce, MaxAtOnce);
    private readonly HashSet<Task> _atWork = [];
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(folder.Socket) > FolderSocketProtocol.MaxPathBytes)
        {
            log.PathTooLong(folder.Socket);
            return Task.CompletedTask;
        }

        // Left by a server that was killed: we hold the folder's lock, so nobody listens there.
        File.Delete(folder.Socket);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(folder.Socket));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        _listener.Listen(MaxAtOnce);
        _accepting = AcceptAsync(_listener);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _listener?.Dispose();
        await _accepting;
        Task[] atWork;
        lock (_atWork)
        {
            atWork = [.. _atWork];
        }

        // They were told to end; what they use is closed after us.
        await Task.WhenAny(Task.WhenAll(atWork), Task.Delay(TimeToEnd, CancellationToken.None));
        if (_listener is not null)
        {
            File.Delete(folder.Socket);
        }
    }

    // The semaphore has no handle to give back, and a command that outlived the wait above may still release it.
    public void Dispose() => _listener?.Dispose();

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stopping.Token);
                var caller = await listener.AcceptAsync(_stopping.Token);
                Keep(Task.Run(() => ServeAsync(caller)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The server stops.
        }
    }

    private void Keep(Task serving)
    {
        lock (_atWork)
        {
            _atWork.Add(serving);
        }

        serving.ContinueWith(
            done =>
            {
                lock (_atWork)
                {
                    _atWork.Remove(done);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket caller)
    {
        try
        {
            // A caller that reads nothing must not hold a thread for good.
            caller.SendTimeout = (int)TimeToTakeALine.TotalMilliseconds;
            await using var stream = new NetworkStream(caller, ownsSocket: true);
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            string? line;
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token))
            {
                limit.CancelAfter(TimeToAsk);
                line = await FolderSocketProtocol.ReadLineAsync(stream, limit.Token);
            }

            var leaving = WatchAsync(stream, gone);
            var oneLine = new Lock();
            await using var output = new LetterWriter(stream, oneLine, FolderSocketProtocol.Output, gone);
            await using var error = new LetterWriter(stream, oneLine, FolderSocketProtocol.Error, gone);
            var exitCode = await RunAsync(line, output, error, gone.Token);
            stream.Write(Encoding.UTF8.GetBytes(FolderSocketProtocol.Line(FolderSocketProtocol.Exit, exitCode) + "\n"));
            await gone.CancelAsync();
            await leaving;
        }
        catch (Exception left) when (left is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The caller went away, said nothing in time, or the server stops.
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Ends the command when its caller goes: nobody waits for a long check any more.</summary>
    private static async Task WatchAsync(Stream stream, CancellationTokenSource gone)
    {
        try
        {
            // A caller says nothing after its line; what it says all the same is dropped.
            var rest = new byte[256];
            while (await stream.ReadAsync(rest, gone.Token) > 0)
            {
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cancelled: the command is done. Anything else: the caller left lines unread, which is a reset.
        }

        await gone.CancelAsync();
    }

    private async Task<int> RunAsync(string? line, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        string[]? words;
        try
        {
            words = line is null ? null : JsonSerializer.Deserialize<string[]>(line);
        }
        catch (JsonException)
        {
            words = null;
        }

        if (words is not { Length: > 0 } || Array.IndexOf(words, null) >= 0)
        {
            await error.WriteLineAsync("The server did not understand the command.");
            return ExitCode.Usage;
        }

        foreach (var command in commands)
        {
            if (command.Name == words[0])
            {
                try
                {
                    return await command.RunAsync(words[1..], output, error, cancel);
                }
#pragma warning disable CA1031 // A command that fails must tell the person who typed it, and must not end the server.
                catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    log.CommandFailed(command.Name, fault);
                    await error.WriteLineAsync("The command failed; the server's log says why.");
                    return ExitCode.Failed;
                }
            }
        }

        await error.WriteLineAsync($"The server that runs on this folder cannot carry out \"{words[0]}\"; it may be of another version. Stop it first, then give the command again.");
        return ExitCode.FolderInUse;
    }
}
