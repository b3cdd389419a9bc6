namespace MicroIntervention.Engine.Scripts;

/// <summary>What a text may say about its reader; null where it is not known and the fallback speaks.</summary>
/// <param name="PreferredName">As an identify call gave it; cleaned when it is rendered, never trusted as markup.</param>
public readonly record struct TemplateFacts(string? PreferredName);
