namespace MicroIntervention.Web.Replay;

/// <summary>One event of a file that is replayed.</summary>
/// <param name="Visitor">Whose it is; all events of one visitor travel on one connection, in file order.</param>
/// <param name="AtMs">Its own time, Unix milliseconds.</param>
/// <param name="Json">The event as the batch door takes it.</param>
internal sealed record ReplayEvent(string Visitor, long AtMs, string Json);
