using System.Diagnostics;

namespace MicroIntervention.Bench.Proofs;

/// <summary>A folder with packages from npm and the scripts that use them.</summary>
internal static class NpmFolder
{
    /// <summary>Makes the folder, writes the files and installs the packages, without their install scripts.</summary>
    /// <param name="files">Name and text.</param>
    /// <returns>Null when all is there; otherwise what npm said.</returns>
    public static async Task<string?> InstallAsync(string folder, IReadOnlyList<string> packages, params IEnumerable<(string Name, string Text)> files)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"name":"proof","private":true,"type":"module"}""");
        foreach (var (name, text) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text);
        }

        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["install", .. packages, "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=20000"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var said = npm.StandardOutput.ReadToEndAsync();
            var errors = npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            return npm.ExitCode == 0 ? null : (await said + await errors).Trim();
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return absent.Message;
        }
    }

    /// <summary>Runs one of its scripts to its end.</summary>
    /// <param name="onLine">Sees each line as it comes; what it does is waited for.</param>
    /// <returns>Every line that the script printed.</returns>
    /// <exception cref="OperationCanceledException">It took longer than allowed, and was ended.</exception>
    public static async Task<List<string>> RunAsync(string folder, string script, TimeSpan longest, Func<string, Task>? onLine, params IEnumerable<string> arguments)
    {
        var lines = new List<string>();
        using var node = Process.Start(new ProcessStartInfo("node", [script, .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        using var patience = new CancellationTokenSource(longest);
        try
        {
            while (await node.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                lines.Add(line);
                if (onLine is not null)
                {
                    await onLine(line);
                }
            }
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill();
            }
        }

        return lines;
    }

    /// <summary>What follows a word at the start of a line; the fallback when no line starts so.</summary>
    public static string Told(IEnumerable<string> lines, string word, string fallback) =>
        lines.FirstOrDefault(line => line.StartsWith(word + " ", StringComparison.Ordinal))?[(word.Length + 1)..] ?? fallback;
}
