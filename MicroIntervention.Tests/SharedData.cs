namespace MicroIntervention.Tests;

/// <summary>Where the data sets and reference numbers are that the project leans on but does not carry.</summary>
public static class SharedData
{
    /// <summary>The folder, or null when this machine has none. Environment variable MI_SHARED, else <c>../shared</c> beside the repository.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Null when present; otherwise the sentence a skipped test shows.</summary>
    public static string? SkipReason =>
        Folder is null ? "needs the shared data folder (../shared beside the repository, or MI_SHARED), which is not here" : null;

    /// <summary>The full path of a file or folder inside; only for tests marked <see cref="SharedFactAttribute"/> or <see cref="SharedTheoryAttribute"/>.</summary>
    /// <exception cref="InvalidOperationException">The shared folder is absent.</exception>
    public static string PathOf(params string[] parts) =>
        Path.Combine([Folder ?? throw new InvalidOperationException(SkipReason), .. parts]);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MI_SHARED") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? Path.GetFullPath(named) : null;
        }

        // Every folder above the build output is asked for a sibling "shared", so that worktrees at any depth find it.
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "vectors")) && Directory.Exists(Path.Combine(candidate, "data")))
            {
                return candidate;
            }
        }

        return null;
    }
}
