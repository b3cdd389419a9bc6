namespace MicroIntervention.Web.Storage.Backup;

/// <summary>One file of a backup as its manifest names it.</summary>
/// <param name="Path">Relative to the backup, with slashes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record BackupFile(string Path, long Bytes, string Sha256);
