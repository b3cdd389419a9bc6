namespace MicroIntervention.Web.Live;

/// <summary>The newest immutable snapshot of something, and a nudge to whoever follows it.</summary>
/// <remarks>Thread-safe. <see cref="Publish"/> is one reference write plus one non-blocking nudge a follower; it never runs a follower's code that waits.</remarks>
public sealed class LatestValue<T>(T initial) : IFollowed
    where T : class
{
    private T _current = initial;
    private event Action? Changed;

    /// <summary>The last published snapshot.</summary>
    public T Current => Volatile.Read(ref _current);

    /// <summary>Replaces the snapshot and nudges followers.</summary>
    public void Publish(T value)
    {
        Volatile.Write(ref _current, value);
        Changed?.Invoke();
    }

    public IDisposable Subscribe(Action nudge)
    {
        Changed += nudge;
        return new Subscription(this, nudge);
    }

    private sealed class Subscription(LatestValue<T> owner, Action nudge) : IDisposable
    {
        public void Dispose() => owner.Changed -= nudge;
    }
}
