namespace MicroIntervention.Web.Storage;

/// <summary>A new source with its key, which is shown this once (a browser's key stays visible, being public).</summary>
public sealed record CreatedSource(Source Source, string Key);
