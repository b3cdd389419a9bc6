using MicroIntervention.Web.Storage.Backup;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Hosting;

/// <summary>Runs the server until it is told to stop.</summary>
internal sealed class ServeCommand : Command
{
    public override string Name => "serve";

    public override string Usage => "[--data DIR] [--urls http://localhost:5000] [--demo | --bench]";

    public override string Summary =>
        $"Runs engine and console (also without the word serve). --data: where everything is kept, default {ServeOptions.DefaultDataDirectory(false, false)} " +
        "(-demo or -bench is added with those options). --demo: demo shop and manager. --bench: bench pack on 127.0.0.1:7001, webhooks to 127.0.0.1:7002.";

    public override async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        if (!ServeOptions.TryParse(arguments, out var options, out var fault))
        {
            await error.WriteLineAsync(fault);
            return ExitCode.Usage;
        }

        if (!DataFolder.TryOpen(options.DataDirectory, out var folder, out var exitCode, out fault))
        {
            await error.WriteLineAsync(fault);
            return exitCode;
        }

        using (folder)
        {
            WebApplication app;
            try
            {
                app = await ConsoleHost.BuildAsync(options, folder);
            }
            catch (Exception problem) when (problem is InstallationException or MasterKeyException or LogCorruptionException or IOException or UnauthorizedAccessException or System.Data.Common.DbException)
            {
                await error.WriteLineAsync(problem.Message);
                return ExitCode.Failed;
            }

            await using var running = app;
            try
            {
                await app.StartAsync();
            }
            catch (Exception problem) when (problem is LogCorruptionException or SqliteFault or BackupException)
            {
                await error.WriteLineAsync(problem.Message);
                return ExitCode.Failed;
            }
            catch (IOException problem)
            {
                await error.WriteLineAsync($"Cannot listen on {options.Urls}: {problem.Message} Choose another address with --urls.");
                return ExitCode.Failed;
            }

            await FirstRequest.MakeAsync(app);
            await StartMessage.WriteAsync(app, output);
            await app.WaitForShutdownAsync();
        }

        return ExitCode.Done;
    }
}
