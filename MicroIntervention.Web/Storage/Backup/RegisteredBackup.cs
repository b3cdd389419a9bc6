namespace MicroIntervention.Web.Storage.Backup;

/// <summary>One backup that was made, or begun: only a finished one has a manifest.</summary>
/// <param name="Path">Full path at the time.</param>
public sealed record RegisteredBackup(Guid Id, string Path, DateTimeOffset CreatedAt);
