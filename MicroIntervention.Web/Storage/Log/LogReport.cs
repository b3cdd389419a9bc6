namespace MicroIntervention.Web.Storage.Log;

/// <summary>What a check of the log read and found.</summary>
public sealed record LogReport(int Segments, long Blobs, long Records, long Decisions, long ErasedRecords, IReadOnlyList<LogFinding> Findings)
{
    public bool IsSound => Findings.Count == 0;
}
