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

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _places = new(MaxAtOnce, MaxAtOnce);
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
        if (_listener is not null)
        {
            File.Delete(folder.Socket);
        }
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _stopping.Dispose();
        _places.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stopping.Token);
                var caller = await listener.AcceptAsync(_stopping.Token);
                _ = ServeAsync(caller);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The server stops.
        }
    }

    private async Task ServeAsync(Socket caller)
    {
        try
        {
            await using var stream = new NetworkStream(caller, ownsSocket: true);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            limit.CancelAfter(TimeToAsk);
            var line = await FolderSocketProtocol.ReadLineAsync(stream, limit.Token);
            await using var output = new LetterWriter(stream, FolderSocketProtocol.Output);
            await using var error = new LetterWriter(stream, FolderSocketProtocol.Error);
            var exitCode = await RunAsync(line, output, error);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(FolderSocketProtocol.Line(FolderSocketProtocol.Exit, exitCode) + "\n"), _stopping.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The caller went away, said nothing in time, or the server stops.
        }
        finally
        {
            try
            {
                _places.Release();
            }
            catch (ObjectDisposedException)
            {
                // The server has stopped meanwhile.
            }
        }
    }

    private async Task<int> RunAsync(string? line, TextWriter output, TextWriter error)
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
                    return await command.RunAsync(words[1..], output, error, _stopping.Token);
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

        await error.WriteLineAsync($"The running server cannot carry out \"{words[0]}\". Stop it first.");
        return ExitCode.FolderInUse;
    }

    /// <summary>Sends each finished line to the caller.</summary>
    private sealed class LetterWriter(Stream stream, char letter) : TextWriter
    {
        private readonly StringBuilder _line = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            if (value == '\n')
            {
                stream.Write(Encoding.UTF8.GetBytes(FolderSocketProtocol.Line(letter, _line.ToString().TrimEnd('\r')) + "\n"));
                _line.Clear();
            }
            else
            {
                _line.Append(value);
            }
        }
    }
}
