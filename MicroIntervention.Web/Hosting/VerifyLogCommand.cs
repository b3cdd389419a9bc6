using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Hosting;

/// <summary>Checks every record of a signal log.</summary>
internal sealed class VerifyLogCommand : FolderCommand
{
    // A log that is damaged as a whole would otherwise fill the screen.
    private const int MostShown = 50;

    public override string Name => "verify-log";

    public override string Usage => "[--data DIR]";

    public override string Summary => "Checks the whole signal log: checksums, keys, order, decisions. Lists what is wrong. Beside a running server each file is checked as of one moment.";

    protected override bool NeedsInstallation => true;

    // A check changes nothing, not even the shape of a database from an older version.
    protected override bool NeedsDatabase => false;

    public override string? Prepare(ref IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.Count == 0 ? null : $"Usage: {Name} {Usage}";
    }

    public override Task<int> WorkAsync(IReadOnlyList<string> words, FolderWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var verifier = new LogVerifier(work.Services.GetRequiredService<Installation>());
        return ReportAsync(verifier.Verify(work.Cancel, (done, all) => work.Output.WriteLine($"segment {done} of {all}")), work.Output);
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
