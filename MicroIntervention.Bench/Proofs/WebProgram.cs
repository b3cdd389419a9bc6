using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MicroIntervention.Bench.Proofs;

/// <summary>The program itself, as its build left it: what a proof starts as a child process.</summary>
internal static partial class WebProgram
{
    private const int TerminateSignal = 15;

    /// <summary>The Web project's own output, of the configuration that this assembly was built in.</summary>
    public static string Path { get; } = Find();

    /// <summary>Ready to start with the given command; output and errors come back through pipes.</summary>
    /// <param name="masterKey">For MI_MASTER_KEY; null leaves it unset.</param>
    public static ProcessStartInfo Command(string? masterKey, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

        // What steers the one who runs the proof must not steer its child.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name.StartsWith("DOTNET_gc", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment.Remove("MI_MASTER_KEY");
        if (masterKey is not null)
        {
            start.Environment["MI_MASTER_KEY"] = masterKey;
        }

        return start;
    }

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its exit code and everything it printed.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string? masterKey, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(Command(masterKey, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Asks a process to stop, as a service manager does.</summary>
    public static void Terminate(Process process) => _ = Send(process.Id, TerminateSignal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Send(int process, int signal);

    private static string Find()
    {
        // .../MicroIntervention.X/bin/Release/net10.0/
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        for (var folder = framework; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "MicroIntervention.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "MicroIntervention.Web", "bin", framework.Parent!.Name, framework.Name, "MicroIntervention.Web.dll");
            }
        }

        throw new DirectoryNotFoundException("No MicroIntervention.sln above " + AppContext.BaseDirectory);
    }
}
