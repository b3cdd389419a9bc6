using System.Text.Json;

namespace MicroIntervention.Web.Hosting.FolderSocket;

/// <summary>
/// The lines on the socket. The caller sends one line, a JSON array of the command's words; the server answers lines of a letter and a JSON
/// value: <c>o</c> and a text for standard output, <c>e</c> and a text for standard error, at last <c>x</c> and the exit code.
/// </summary>
internal static class FolderSocketProtocol
{
    /// <summary>Longest line either way, in bytes.</summary>
    public const int MaxLineBytes = 64 * 1024;

    public const char Output = 'o';
    public const char Error = 'e';
    public const char Exit = 'x';

    /// <summary>A path on a socket may have 107 bytes on Linux, 103 on macOS.</summary>
    public const int MaxPathBytes = 103;

    public static string Line<T>(char letter, T value) => letter + JsonSerializer.Serialize(value);

    /// <summary>Reads a line of at most <see cref="MaxLineBytes"/>; null at the end, or when it is longer.</summary>
    public static async Task<string?> ReadLineAsync(Stream stream, CancellationToken cancel)
    {
        using var line = new MemoryStream();
        var one = new byte[1];
        while (line.Length < MaxLineBytes && await stream.ReadAsync(one, cancel) == 1)
        {
            if (one[0] == (byte)'\n')
            {
                return System.Text.Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
            }

            line.WriteByte(one[0]);
        }

        return null;
    }
}
