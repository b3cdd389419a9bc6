namespace MicroIntervention.Web.Hosting.FolderSocket;

/// <summary>A <see cref="FolderCommand"/> on the folder that this server holds.</summary>
internal sealed class ServedCommand(FolderCommand command, IServiceProvider services) : IFolderCommand
{
    public string Name => command.Name;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        if (command.Prepare(ref arguments) is { } misunderstood)
        {
            await error.WriteLineAsync(misunderstood);
            return ExitCode.Usage;
        }

        return await command.CarryOutAsync(arguments, new FolderWork(services, output, error, cancel));
    }
}
