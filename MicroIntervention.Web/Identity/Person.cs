namespace MicroIntervention.Web.Identity;

/// <summary>Somebody who may sign in to the console, as a page shows them.</summary>
/// <param name="Role">Name of the role; empty for none.</param>
/// <param name="HasPassword">False until the welcome link was used; of the demo manager always.</param>
public sealed record Person(string Id, string Name, string Role, bool IsActive, bool HasPassword, DateTimeOffset? CreatedAt);
