namespace MicroIntervention.Web.Ingest;

/// <summary>A token bucket in one word: a steady rate with room for bursts.</summary>
/// <remarks>
/// Thread-safe, lock-free, no allocation. What is charged after the check may overdraw it; the debt then has to be waited out.
/// Source: the generic cell rate algorithm, ITU-T I.371, in its virtual-scheduling form.
/// </remarks>
/// <param name="perSecond">Rate; positive, or infinite for no limit.</param>
/// <param name="burst">How much may come at once after a pause; positive.</param>
public sealed class RateLimit(TimeProvider time, double perSecond, double burst)
{
    private readonly double _ticksEach = time.TimestampFrequency / perSecond;
    private readonly long _burstTicks = double.IsPositiveInfinity(perSecond) ? long.MaxValue : (long)(burst * (time.TimestampFrequency / perSecond));

    // When everything charged so far will be paid for, in ticks of the clock.
    private long _paidAt = long.MinValue;

    /// <summary>True while there is room; otherwise how long to wait.</summary>
    public bool HasRoom(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (_burstTicks == long.MaxValue)
        {
            return true;
        }

        var debt = Volatile.Read(ref _paidAt) - _burstTicks - time.GetTimestamp();
        if (Volatile.Read(ref _paidAt) == long.MinValue || debt < 0)
        {
            return true;
        }

        wait = TimeSpan.FromSeconds((debt + 1) / (double)time.TimestampFrequency);
        return false;
    }

    /// <summary>Takes from the bucket, below empty if need be.</summary>
    public void Charge(int amount)
    {
        if (_burstTicks == long.MaxValue || amount == 0)
        {
            return;
        }

        var now = time.GetTimestamp();
        var cost = (long)(amount * _ticksEach);
        long seen;
        do
        {
            seen = Volatile.Read(ref _paidAt);
        }
        while (Interlocked.CompareExchange(ref _paidAt, Math.Max(seen, now) + cost, seen) != seen);
    }

    /// <summary>Takes one when there is room.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        if (!HasRoom(out wait))
        {
            return false;
        }

        Charge(1);
        return true;
    }
}
