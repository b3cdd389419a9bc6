using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Streams;

/// <summary>What a token says once it has been found genuine and in time.</summary>
/// <param name="Workspace">Which workspace it is good in; <see cref="LiveWorkspace"/> or a replay one later.</param>
/// <param name="Visitor">Whose stream it opens.</param>
/// <param name="Source">The key its browser said hello with; its origins hold for the stream too.</param>
/// <param name="ExpiresAt">From this moment on it is void.</param>
internal readonly record struct StreamToken(byte Workspace, VisitorId Visitor, SourceId Source, Moment ExpiresAt)
{
    public const byte LiveWorkspace = 1;
}
