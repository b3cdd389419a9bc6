using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Hosting;

/// <summary>Checks every record of a signal log that no server has open.</summary>
internal sealed class VerifyLogCommand : Command
{
    // A log that is damaged as a whole would otherwise fill the screen.
    private const int MostShown = 50;

    public override string Name => "verify-log";

    public override string Usage => "--data DIR";

    public override string Summary => "Checks the whole signal log of a stopped server: checksums, keys, order, decisions. Lists what is wrong.";

    public override async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        if (arguments is not ["--data", var path])
        {
            await error.WriteLineAsync($"Usage: {Name} {Usage}");
            return ExitCode.Usage;
        }

        if (!File.Exists(Path.Combine(path, "install")))
        {
            await error.WriteLineAsync($"{path} holds no signal log: its file \"install\" is missing.");
            return ExitCode.Failed;
        }

        if (!DataFolder.TryOpen(path, out var folder, out var exitCode, out var fault))
        {
            await error.WriteLineAsync(fault);
            return exitCode;
        }

        using (folder)
        {
            try
            {
                return await ReportAsync(new LogVerifier(Installation.OpenOrCreate(path)).Verify(CancellationToken.None), output);
            }
            catch (Exception wrong) when (wrong is InstallationException or MasterKeyException or IOException)
            {
                await error.WriteLineAsync(wrong.Message);
                return ExitCode.Failed;
            }
        }
    }

    private static async Task<int> ReportAsync(LogReport report, TextWriter output)
    {
        foreach (var finding in report.Findings.Take(MostShown))
        {
            await output.WriteLineAsync($"segment {finding.Segment}: {finding.Sentence}");
        }

        await output.WriteLineAsync($"{report.Segments} segments, {report.Blobs} blobs, {report.Records} records ({report.ErasedRecords} without text, mostly erased), {report.Decisions} decisions: {report.Findings.Count} findings");
        return report.IsSound ? ExitCode.Done : ExitCode.Failed;
    }
}
