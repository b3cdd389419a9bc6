namespace MicroIntervention.Web.Storage;

/// <summary>One version of a scenario's policy as a page shows it.</summary>
public sealed record PolicyVersion(int Version, PolicyValues Values, string Who, DateTimeOffset At, string Why);
