using System.Net.Sockets;
using System.Text;

namespace MicroIntervention.Web.Hosting.FolderSocket;

/// <summary>Sends each finished line to the caller under one letter. A caller who has gone, or reads nothing for long, ends the command.</summary>
internal sealed class LetterWriter(Stream stream, Lock oneLine, char letter, CancellationTokenSource gone) : TextWriter
{
    // Six bytes may stand for one character in the JSON; the longest line must stay under the protocol's limit.
    private const int MostCharacters = FolderSocketProtocol.MaxLineBytes / 8;

    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (value != '\n')
        {
            _line.Append(value);
            if (_line.Length < MostCharacters)
            {
                return;
            }
        }

        var line = Encoding.UTF8.GetBytes(FolderSocketProtocol.Line(letter, _line.ToString().TrimEnd('\r')) + "\n");
        _line.Clear();
        try
        {
            // Output and error share the socket, and a command may write from several threads.
            lock (oneLine)
            {
                stream.Write(line);
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            gone.Cancel();
            throw new OperationCanceledException("the caller has gone", broken, gone.Token);
        }
    }
}
