using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Backup;

/// <summary><c>restore DIR</c>: makes a data folder of a backup. Never into a folder that is in use or holds anything.</summary>
internal sealed class RestoreCommand : Command
{
    private const string WithoutList = "--without-erasure-list";

    public override string Name => "restore";

    public override string Usage => $"DIR [--data DIR] [{WithoutList}]";

    public override string Summary => "Makes a data folder of a backup after checking every file of it, and applies the list of erased visitors. The folder (--data) must be empty or not there.";

    public override async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        if (!TryParse(arguments, out var backup, out var target, out var withoutList))
        {
            await error.WriteLineAsync($"Usage: {Name} {Usage}");
            return ExitCode.Usage;
        }

        if (DataFolder.IsInUse(target))
        {
            await error.WriteLineAsync($"A process is using the data folder {target}. Nothing was restored: stop it, and restore into an empty folder.");
            return ExitCode.FolderInUse;
        }

        try
        {
            await new Restorer(backup, target, output.WriteLine).RunAsync(withoutList);
            return ExitCode.Done;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InstallationException or MasterKeyException)
        {
            await error.WriteLineAsync(wrong.Message);
            return ExitCode.Failed;
        }
    }

    private static bool TryParse(IReadOnlyList<string> arguments, out string backup, out string target, out bool withoutList)
    {
        (backup, target, withoutList) = ("", ServeOptions.DefaultDataDirectory(demo: false, bench: false), false);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--data" when i + 1 < arguments.Count && arguments[i + 1].Length > 0:
                    target = Path.GetFullPath(arguments[++i]);
                    break;
                case WithoutList:
                    withoutList = true;
                    break;
                case var path when backup.Length == 0 && path.Length > 0 && path[0] != '-':
                    backup = Path.GetFullPath(path);
                    break;
                default:
                    return false;
            }
        }

        return backup.Length > 0;
    }
}
