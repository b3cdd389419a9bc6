using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Live;

/// <summary>Runs a recorded session again for the time machine.</summary>
public interface ISessionTimelines
{
    /// <summary>The session's records with the state after each, or null when the log knows no such session.</summary>
    Task<SessionTimeline?> ReadAsync(VisitorId visitor, SessionId session, CancellationToken cancel);
}
