namespace MicroIntervention.Engine.Scripts;

/// <summary>What a text may say about its reader; null where it is not known and the fallback speaks.</summary>
/// <remarks>Cleaned when it is rendered, never trusted as markup.</remarks>
/// <param name="PreferredName">From the verified profile, else as an identify call of this session gave it.</param>
/// <param name="Tier">Only from the verified profile.</param>
/// <param name="LastPurchase">Name of what was bought last; only from the verified profile.</param>
public readonly record struct TemplateFacts(string? PreferredName, string? Tier = null, string? LastPurchase = null);
