namespace MicroIntervention.Web.Storage.Log;

/// <summary>Something wrong in the log, in a sentence; which segment, and which blob or decision row when known.</summary>
public sealed record LogFinding(long Segment, string Sentence);
