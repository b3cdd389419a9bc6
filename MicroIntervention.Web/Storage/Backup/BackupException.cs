namespace MicroIntervention.Web.Storage.Backup;

/// <summary>A backup cannot be made, read or restored; the message says why and what to do.</summary>
public sealed class BackupException(string message, Exception? cause = null) : IOException(message, cause);
