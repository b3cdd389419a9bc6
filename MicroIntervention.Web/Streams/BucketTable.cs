namespace MicroIntervention.Web.Streams;

/// <summary>Rate limits for any number of callers in fixed memory: callers share buckets by hash, so a stranger may use up another's allowance but never memory.</summary>
/// <remarks>
/// Thread-safe, no locks. Each bucket holds one number, the time at which it is empty again (generic cell rate algorithm).
/// Source: ITU-T I.371, annex A.
/// </remarks>
internal sealed class BucketTable
{
    private readonly long[] _emptyAtUs;
    private readonly long _stepUs;
    private readonly long _burstUs;
    private readonly TimeProvider _time;
    private readonly long _start;

    /// <param name="bucketCount">A power of two.</param>
    /// <param name="perSecond">Allowed on average.</param>
    /// <param name="burst">Allowed at once.</param>
    public BucketTable(int bucketCount, double perSecond, int burst, TimeProvider time)
    {
        _emptyAtUs = new long[bucketCount];
        _stepUs = (long)(1_000_000 / perSecond);
        _burstUs = _stepUs * burst;
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>Takes one; false when the caller has used up its allowance.</summary>
    public bool TryTake(ulong caller)
    {
        // Fibonacci hashing spreads neighbours such as one network's addresses.
        var bucket = (int)((caller * 0x9E37_79B9_7F4A_7C15UL) >> 33) & (_emptyAtUs.Length - 1);
        var now = _time.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerMicrosecond;
        while (true)
        {
            var emptyAt = Volatile.Read(ref _emptyAtUs[bucket]);
            var next = Math.Max(emptyAt, now) + _stepUs;
            if (next - now > _burstUs)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _emptyAtUs[bucket], next, emptyAt) == emptyAt)
            {
                return true;
            }
        }
    }
}
