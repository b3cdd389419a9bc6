using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Privacy;
using MicroIntervention.Web.Replay;
using MicroIntervention.Web.Storage.Backup;

namespace MicroIntervention.Web.Hosting;

/// <summary>Finds the command that was asked for; <c>serve</c> when none was.</summary>
public static class Commands
{
    /// <summary>Every command, in the order <c>help</c> prints them.</summary>
    public static IReadOnlyList<Command> All { get; } =
    [
        new ServeCommand(),
        new ReplayCommand(),
        new KeysCommand(),
        new IdentityCommand(),
        new WebhooksCommand(),
        new VerifyLogCommand(),
        new BackupCommand(),
        new RestoreCommand(),
        new EraseCommand(),
        new HelpCommand(),
    ];

    /// <summary>Runs what <paramref name="arguments"/> ask for.</summary>
    /// <returns>One of <see cref="ExitCode"/>; <see cref="ExitCode.Usage"/> with a sentence on <paramref name="error"/> for an unknown command.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(error);

        if (arguments is ["--help" or "-h" or "-?", ..])
        {
            return await new HelpCommand().RunAsync([], output, error);
        }

        // Options without a command belong to serve, so that "--demo" alone starts the demo.
        if (arguments.Count == 0 || arguments[0].StartsWith('-'))
        {
            return await new ServeCommand().RunAsync(arguments, output, error);
        }

        foreach (var command in All)
        {
            if (command.Name == arguments[0])
            {
                return await command.RunAsync([.. arguments.Skip(1)], output, error);
            }
        }

        await error.WriteLineAsync($"There is no command \"{arguments[0]}\". \"help\" lists the commands.");
        return ExitCode.Usage;
    }
}
