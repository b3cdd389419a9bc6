namespace MicroIntervention.Web.Live;

/// <summary>Names one run of the server, so that a reconnecting viewer notices a restart.</summary>
internal sealed record HubEpoch(string Value);
