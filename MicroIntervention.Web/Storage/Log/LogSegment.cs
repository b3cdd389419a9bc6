using System.Globalization;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>One file of the log, by its number.</summary>
internal readonly record struct LogSegment(long Number, string Path) : IComparable<LogSegment>
{
    public static LogSegment In(string folder, long number) =>
        new(number, System.IO.Path.Combine(folder, number.ToString("D8", CultureInfo.InvariantCulture) + ".db"));

    /// <summary>All segments of a folder, oldest first; none when the folder does not exist.</summary>
    public static List<LogSegment> List(string folder)
    {
        var found = new List<LogSegment>();
        if (Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.db"))
            {
                if (long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    found.Add(new LogSegment(number, path));
                }
            }
        }

        found.Sort();
        return found;
    }

    /// <summary>The same, newest first.</summary>
    public static IEnumerable<LogSegment> Newest(string folder)
    {
        var found = List(folder);
        found.Reverse();
        return found;
    }

    /// <summary>Opened for reading; null when it is gone or was not completely made.</summary>
    public SqliteFile? TryOpen()
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        var file = SqliteFile.OpenForReading(Path);
        if (SegmentMeta.IsComplete(file))
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    public int CompareTo(LogSegment other) => Number.CompareTo(other.Number);

    /// <summary>Removes the file and what SQLite keeps beside it.</summary>
    public void Delete()
    {
        File.Delete(Path);
        File.Delete(Path + "-wal");
        File.Delete(Path + "-shm");
    }
}
