namespace MicroIntervention.Web.Hosting;

/// <summary>Lists the commands.</summary>
internal sealed class HelpCommand : Command
{
    public override string Name => "help";

    public override string Usage => "";

    public override string Summary => "Lists the commands.";

    public override async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        await output.WriteLineAsync("MicroIntervention: one prompt at the moment of friction, before it escalates.");
        await output.WriteLineAsync();
        foreach (var command in Commands.All)
        {
            await output.WriteLineAsync($"  {command.Name} {command.Usage}".TrimEnd());
            await output.WriteLineAsync($"      {command.Summary}");
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync($"Exit codes: {ExitCode.Done} done, {ExitCode.Failed} failed, {ExitCode.Usage} not understood, {ExitCode.FolderInUse} data folder in use.");
        return ExitCode.Done;
    }
}
