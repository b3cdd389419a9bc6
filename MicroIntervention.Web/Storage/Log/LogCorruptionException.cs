namespace MicroIntervention.Web.Storage.Log;

/// <summary>A stored blob is not what was written. The message names the segment and the blob.</summary>
public sealed class LogCorruptionException(string message, Exception? inner = null) : IOException(message, inner);
