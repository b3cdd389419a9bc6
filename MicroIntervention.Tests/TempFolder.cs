namespace MicroIntervention.Tests;

/// <summary>A folder of its own for one test, removed with everything in it when disposed.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>The full path; exists from construction on.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("mi-test-").FullName;

    /// <summary>A path inside the folder; nothing is created.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A file still open in a failing test must not hide that test's own message.
        }
        catch (UnauthorizedAccessException)
        {
            // As above.
        }
    }
}
