using System.Security.Cryptography;

namespace MicroIntervention.Web.Replay;

/// <summary>A file's events, in file order.</summary>
/// <param name="Events">In file order.</param>
/// <param name="Unreadable">Lines that should have been events and are none.</param>
internal sealed record ReplayFile(IReadOnlyList<ReplayEvent> Events, int Unreadable)
{
    /// <param name="year">Of the first line, where the format names none.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<ReplayFile> ReadAsync(string path, ReplayFormat format, int year)
    {
        await using var bytes = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes))[..16];
        var ssh = new OpenSshLines(hash, year);
        var segment = new SegmentLines(hash);
        var events = new List<ReplayEvent>();
        var unreadable = 0;
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (format == ReplayFormat.OpenSsh)
            {
                events.AddRange(ssh.Read(line, number));
            }
            else if (line.Length > 0)
            {
                if (segment.Read(line, number) is { } one)
                {
                    events.Add(one);
                }
                else
                {
                    unreadable++;
                }
            }
        }

        return new ReplayFile(events, unreadable);
    }
}
