namespace MicroIntervention.Web.Live;

/// <summary>How far decisions came. Each step counts those that also took the one before.</summary>
/// <param name="Qualified">Decisions: the forecast crossed its threshold.</param>
/// <param name="Allowed">Policy let them pass.</param>
/// <param name="Offered">The prompt was sent.</param>
/// <param name="Shown">The customer's browser showed it.</param>
/// <param name="Accepted">The customer took it up, or asked for a person.</param>
public readonly record struct Funnel(int Qualified, int Allowed, int Offered, int Shown, int Accepted);
