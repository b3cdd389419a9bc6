namespace MicroIntervention.Web.Storage.Backup;

/// <summary>The file of wrapped keys as the manifest names it. Erasure changes the file, so no digest of its bytes could hold.</summary>
/// <param name="Rows">Keys in it, erased ones too.</param>
/// <param name="NamesSha256">Over what erasure leaves alone: segment, id and visitor of every row. The wrapped keys carry their own seal.</param>
public sealed record BackupKeys(long Rows, string NamesSha256);
