using System.Globalization;
using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage.Backup;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Privacy;

/// <summary>Which visitors of an installation were erased, in order: a file outside data folder and backups, only ever added to.</summary>
/// <remarks>
/// A head line, then a line an erasure: Unix milliseconds and the visitor's keyed hash, which names nobody without the installation's hash key.
/// A folder and a backup each know how many entries they have seen, so data that a visitor left after its erasure is not erased again.
/// </remarks>
public sealed class ErasureList
{
    private const string Head = "microintervention erased visitors 1";
    private readonly List<VisitorId> _visitors = [];
    private readonly string _file;

    private ErasureList(string file) => _file = file;

    public int Count => _visitors.Count;

    /// <summary>Entries from a place on.</summary>
    public IReadOnlySet<VisitorId> From(int place) => _visitors.Skip(place).ToHashSet();

    /// <summary>Opens the list; makes an empty one where there is none.</summary>
    /// <exception cref="BackupException">The file is damaged.</exception>
    public static ErasureList OpenOrCreate(string file)
    {
        if (TryOpen(file) is { } list)
        {
            return list;
        }

        OwnerOnly.CreateFolder(Path.GetDirectoryName(file)!);
        OwnerOnly.Write(file, Head + "\n", overwrite: false);
        return new ErasureList(file);
    }

    /// <summary>Opens the list; null where there is none.</summary>
    /// <exception cref="BackupException">The file is damaged.</exception>
    public static ErasureList? TryOpen(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var list = new ErasureList(file);
        var lines = File.ReadAllText(file).Split('\n');
        if (lines[0] != Head)
        {
            throw new BackupException($"{file} is not a list of erased visitors. Restore it from where you keep a copy.");
        }

        // A last line without its end was cut off by a crash, before anything was erased for it.
        for (var i = 1; i < lines.Length - 1; i++)
        {
            if (lines[i].Split(' ') is not [_, var visitor] || !Hash128.TryParse(visitor, out var hash))
            {
                throw new BackupException($"{file} is damaged in line {i + 1}. Restore it from where you keep a copy.");
            }

            list._visitors.Add(new VisitorId(hash));
        }

        return list;
    }

    /// <summary>Adds visitors; returns when the disk has them.</summary>
    public void Add(IReadOnlyCollection<VisitorId> visitors, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(visitors);
        using var stream = new FileStream(_file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        stream.Position = EndOfLastLine(stream);
        stream.SetLength(stream.Position);
        foreach (var visitor in visitors)
        {
            stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeMilliseconds()} {visitor.Value}\n")));
        }

        stream.Flush(flushToDisk: true);
        _visitors.AddRange(visitors);
    }

    private static long EndOfLastLine(FileStream stream)
    {
        for (var at = stream.Length; at > 0; at--)
        {
            stream.Position = at - 1;
            if (stream.ReadByte() == '\n')
            {
                return at;
            }
        }

        return 0;
    }
}
