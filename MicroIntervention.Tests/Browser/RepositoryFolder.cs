namespace MicroIntervention.Tests.Browser;

/// <summary>Finds the repository that the tests were built from.</summary>
internal static class RepositoryFolder
{
    /// <summary>Full path of a file or folder of the repository.</summary>
    /// <exception cref="DirectoryNotFoundException">The tests do not run from inside a repository.</exception>
    public static string Of(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MicroIntervention.sln")))
            {
                return Path.Combine(folder.FullName, relative);
            }
        }

        throw new DirectoryNotFoundException("No MicroIntervention.sln above " + AppContext.BaseDirectory);
    }
}
