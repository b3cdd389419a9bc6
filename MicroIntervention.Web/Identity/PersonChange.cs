namespace MicroIntervention.Web.Identity;

/// <summary>What came of changing somebody.</summary>
/// <param name="Fault">Resource key of a sentence; null when it was done.</param>
/// <param name="Link">A welcome link's path, shown this once; null where none was made.</param>
/// <param name="Name">Whom it is about.</param>
public sealed record PersonChange(string? Fault, string? Link = null, string Name = "");
