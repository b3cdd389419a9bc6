namespace MicroIntervention.Web.Storage;

/// <summary>Refused signals of one source with the same fault.</summary>
/// <param name="Source">The source's number; 0 when the key was unknown.</param>
/// <param name="SourceName">What people call it; null when it is not known.</param>
/// <param name="Reason">The reason's stable name.</param>
/// <param name="Detail">A sentence that says what to change.</param>
/// <param name="Count">How many are kept; at most 7 days and the newest of each source.</param>
/// <param name="LatestAt">When the latest came.</param>
/// <param name="Sample">The latest one's bytes as they came, cut at 4 KB, the key masked. Untrusted.</param>
public sealed record RejectedGroup(int Source, string? SourceName, string Reason, string Detail, int Count, DateTimeOffset LatestAt, ReadOnlyMemory<byte> Sample);
