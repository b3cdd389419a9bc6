namespace MicroIntervention.Web.Live;

/// <summary>When each source last handed signals over, since the start of the server.</summary>
/// <remarks>Thread-safe; one array write a batch.</remarks>
public sealed class SourceActivity(TimeProvider time) : IFollowed
{
    private readonly long[] _lastMs = new long[ushort.MaxValue + 1];
    private event Action? FirstSeen;

    /// <summary>Notes that signals of a source were taken.</summary>
    public void Note(ushort source)
    {
        var before = Interlocked.Exchange(ref _lastMs[source], time.GetUtcNow().ToUnixTimeMilliseconds());
        if (before == 0)
        {
            FirstSeen?.Invoke();
        }
    }

    /// <summary>When signals last came; null when none has since the start.</summary>
    public DateTimeOffset? LastOf(ushort source) =>
        Volatile.Read(ref _lastMs[source]) is var ms and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    /// <summary>Nudges when a source sends for the first time.</summary>
    public IDisposable Subscribe(Action nudge)
    {
        FirstSeen += nudge;
        return new Subscription(this, nudge);
    }

    private sealed class Subscription(SourceActivity owner, Action nudge) : IDisposable
    {
        public void Dispose() => owner.FirstSeen -= nudge;
    }
}
