using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ingest;

/// <summary>A source as a door sees it: what its signals are marked with, where it may come from and how much it may send.</summary>
public sealed class DoorKey
{
    private readonly AllowedOrigin[] _origins;

    /// <param name="limit">Its rate, which outlives a reload of the keys.</param>
    /// <param name="userSecret">Its identity secret; null where it takes none.</param>
    /// <param name="test">Everybody who comes through it is a test visitor: exempt from limits, out of every figure.</param>
    public DoorKey(Source source, RateLimit limit, RateLimit refusals, byte[]? userSecret = null, bool test = false)
    {
        Id = new SourceId(source.Number);
        Kind = source.Kind;
        RunsOnEventTime = source.Clock == SourceClock.Event;
        Flags = (source.Kind == SourceKind.Server ? SignalFlags.Verified : SignalFlags.None) |
            (RunsOnEventTime ? SignalFlags.EventClock : SignalFlags.None) |
            (test ? SignalFlags.Test : SignalFlags.None) |
            (source.AllowUnknownConsent ? SignalFlags.None : SignalFlags.ConsentRequired);
        Zone = TimeZoneInfo.TryFindSystemTimeZoneById(source.TimeZone, out var zone) ? zone : null;
        _origins = source.Kind == SourceKind.Browser ? [.. source.Origins] : [];
        Limit = limit;
        Refusals = refusals;
        UserSecret = source.Kind == SourceKind.Browser ? userSecret : null;
    }

    public SourceId Id { get; }

    public SourceKind Kind { get; }

    public SignalFlags Flags { get; }

    public bool RunsOnEventTime { get; }

    public TimeZoneInfo? Zone { get; }

    /// <summary>What a browser's <c>userHash</c> is made with; null for a server key, which needs no proof.</summary>
    public byte[]? UserSecret { get; }

    /// <summary>Events it may send.</summary>
    public RateLimit Limit { get; }

    /// <summary>Refused events of it that are worth keeping.</summary>
    public RateLimit Refusals { get; }

    /// <summary>The key itself, once a request has shown it; kept so that it can be masked where it must not stay.</summary>
    internal byte[] Key { get; set; } = [];

    /// <summary>Whether a request with this Origin header may use the key. A key bound to origins needs the header: every browser sends it with a POST.</summary>
    public bool Allows(string? origin)
    {
        if (_origins.Length == 0)
        {
            return true;
        }

        foreach (var allowed in _origins)
        {
            if (allowed.Matches(origin))
            {
                return true;
            }
        }

        return false;
    }
}
