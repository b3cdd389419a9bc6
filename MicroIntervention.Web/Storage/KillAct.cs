namespace MicroIntervention.Web.Storage;

/// <summary>One throw (or release) of the kill switch.</summary>
public sealed record KillAct(bool Killed, string Who, DateTimeOffset At);
