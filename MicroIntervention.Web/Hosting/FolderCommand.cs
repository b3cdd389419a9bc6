using System.Diagnostics.CodeAnalysis;
using MicroIntervention.Web.Hosting.FolderSocket;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Hosting;

/// <summary>A command on a data folder: carried out here when the folder is free, else by the server that holds it. Same words, same lines, same exit codes.</summary>
public abstract class FolderCommand : Command
{
    /// <summary>Whether the folder must already hold a signal log (its file <c>install</c>).</summary>
    protected virtual bool NeedsInstallation => false;

    /// <summary>Whether the database is needed: it is then brought to this version's shape first.</summary>
    protected virtual bool NeedsDatabase => true;

    public override async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(error);
        if (!TryTakeData(arguments, out var words, out var directory))
        {
            await error.WriteLineAsync("--data needs a folder after it.");
            return ExitCode.Usage;
        }

        if (Prepare(ref words) is { } misunderstood)
        {
            await error.WriteLineAsync(misunderstood);
            return ExitCode.Usage;
        }

        if (NeedsInstallation && !File.Exists(Path.Combine(directory, "install")))
        {
            await error.WriteLineAsync($"{directory} holds no signal log: its file \"install\" is missing.");
            return ExitCode.Failed;
        }

        if (!DataFolder.TryOpen(directory, out var folder, out var exitCode, out var fault))
        {
            if (exitCode == ExitCode.FolderInUse)
            {
                return await FolderSocketClient.RunAsync(Path.Combine(directory, "mi.sock"), [Name, .. words], output, error);
            }

            await error.WriteLineAsync(fault);
            return exitCode;
        }

        using (folder)
        {
            await using var services = await FolderServices.BuildAsync(folder, NeedsDatabase);
            return await CarryOutAsync(words, new FolderWork(services, output, error, CancellationToken.None));
        }
    }

    /// <summary><see cref="WorkAsync"/>, with what can be expected to go wrong told as a sentence.</summary>
    internal async Task<int> CarryOutAsync(IReadOnlyList<string> words, FolderWork work)
    {
        try
        {
            return await WorkAsync(words, work);
        }
        catch (Exception wrong) when (wrong is InstallationException or MasterKeyException or LogCorruptionException or IOException or UnauthorizedAccessException)
        {
            await work.Error.WriteLineAsync(wrong.Message);
            return ExitCode.Failed;
        }
    }

    /// <summary>Reads the words (without <c>--data</c>) and makes them mean the same in another process: relative paths become full.</summary>
    /// <returns>A sentence when they are not understood; null when they are.</returns>
    public abstract string? Prepare(ref IReadOnlyList<string> words);

    /// <summary>Carries the command out on an open folder.</summary>
    /// <param name="words">As <see cref="Prepare"/> left them.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public abstract Task<int> WorkAsync(IReadOnlyList<string> words, FolderWork work);

    private static bool TryTakeData(IReadOnlyList<string> arguments, [NotNullWhen(true)] out IReadOnlyList<string>? words, out string directory)
    {
        var rest = new List<string>(arguments.Count);
        directory = ServeOptions.DefaultDataDirectory(demo: false, bench: false);
        words = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--data")
            {
                if (++i == arguments.Count || arguments[i].Length == 0)
                {
                    return false;
                }

                directory = Path.GetFullPath(arguments[i]);
            }
            else
            {
                rest.Add(arguments[i]);
            }
        }

        words = rest;
        return true;
    }
}
