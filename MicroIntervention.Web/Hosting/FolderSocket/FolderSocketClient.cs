using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace MicroIntervention.Web.Hosting.FolderSocket;

/// <summary>Gives a command to the server that holds a data folder.</summary>
public static class FolderSocketClient
{
    private const string Died = "The server stopped before the command was done. What it did until then may hold: look before you give the command again.";

    /// <summary>Has the command carried out there and passes its lines on.</summary>
    /// <param name="socketPath"><c>mi.sock</c> in the data folder.</param>
    /// <param name="words">The command and its arguments.</param>
    /// <returns>The command's exit code; <see cref="ExitCode.FolderInUse"/> when no server answers there.</returns>
    public static async Task<int> RunAsync(string socketPath, IReadOnlyList<string> words, TextWriter output, TextWriter error, CancellationToken cancel = default)
    {
        var asked = false;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancel);
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(words) + "\n"), cancel);
            asked = true;
            while (await FolderSocketProtocol.ReadLineAsync(stream, cancel) is { Length: > 0 } line)
            {
                switch (line[0])
                {
                    case FolderSocketProtocol.Output:
                        await output.WriteLineAsync(JsonSerializer.Deserialize<string>(line[1..]));
                        break;
                    case FolderSocketProtocol.Error:
                        await error.WriteLineAsync(JsonSerializer.Deserialize<string>(line[1..]));
                        break;
                    case FolderSocketProtocol.Exit:
                        return int.Parse(line[1..], CultureInfo.InvariantCulture);
                    default:
                        break; // a newer server may say more
                }
            }

            await error.WriteLineAsync(Died);
            return ExitCode.Failed;
        }
        catch (Exception fault) when (fault is SocketException or IOException or ArgumentOutOfRangeException)
        {
            if (asked)
            {
                await error.WriteLineAsync(Died);
                return ExitCode.Failed;
            }

            await error.WriteLineAsync($"Another process holds the data folder and does not answer on {socketPath}. It may be starting: try again in a moment, or stop it.");
            return ExitCode.FolderInUse;
        }
    }
}
