using System.Diagnostics.CodeAnalysis;

namespace MicroIntervention.Web.Hosting;

/// <summary>The one folder a server writes to, held exclusively while open.</summary>
/// <remarks>
/// Layout: <c>console.db</c> (people, keys, policies), <c>log/</c> (signal log), <c>checkpoints/</c> (the engine's state, to start quickly), <c>keys/</c> (key ring of cookies and channel secrets),
/// <c>lock</c>, <c>mi.sock</c> (commands from other processes). The folder is made readable by its owner only.
/// </remarks>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    public string ConsoleDatabase => System.IO.Path.Combine(Path, "console.db");

    /// <summary>Folder of the signal log's segments; exists.</summary>
    public string Log => System.IO.Path.Combine(Path, "log");

    /// <summary>Folder of the engine's checkpoints: derived from the log, may be deleted while no server runs.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>Folder of the Data Protection key ring; exists.</summary>
    public string Keys => System.IO.Path.Combine(Path, "keys");

    /// <summary>Unix socket over which other processes give commands to the server that holds the folder.</summary>
    public string Socket => System.IO.Path.Combine(Path, "mi.sock");

    /// <summary>Creates the folder where needed and takes its lock.</summary>
    /// <param name="exitCode">When false: <see cref="ExitCode.FolderInUse"/> or <see cref="ExitCode.Failed"/>.</param>
    /// <param name="fault">When false: a sentence that says what to do.</param>
    public static bool TryOpen(string path, [NotNullWhen(true)] out DataFolder? folder, out int exitCode, [NotNullWhen(false)] out string? fault)
    {
        folder = null;
        try
        {
            CreatePrivate(path);
            CreatePrivate(System.IO.Path.Combine(path, "log"));
            CreatePrivate(System.IO.Path.Combine(path, "keys"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            exitCode = ExitCode.Failed;
            fault = $"The data folder {path} cannot be created: {problem.Message} Choose another with --data.";
            return false;
        }

        try
        {
            // FileShare.None takes flock() on Unix, which dies with the process: a killed server leaves no stale lock.
            var lockFile = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            folder = new DataFolder(path, lockFile);
            exitCode = ExitCode.Done;
            fault = null;
            return true;
        }
        catch (UnauthorizedAccessException problem)
        {
            exitCode = ExitCode.Failed;
            fault = $"The data folder {path} is not writable: {problem.Message}";
            return false;
        }
        catch (IOException)
        {
            exitCode = ExitCode.FolderInUse;
            fault = $"Another process is using the data folder {path}. Stop it, or choose another folder with --data.";
            return false;
        }
    }

    /// <summary>Whether a process holds the folder at this moment. Changes nothing.</summary>
    public static bool IsInUse(string path)
    {
        var file = System.IO.Path.Combine(path, "lock");
        if (!File.Exists(file))
        {
            return false;
        }

        try
        {
            using var taken = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
