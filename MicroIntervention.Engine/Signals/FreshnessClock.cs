using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>What was seen of a kind of signal and of its company, up to one moment.</summary>
/// <param name="Seen">How many of it.</param>
/// <param name="LastSeen">When the latest came; means nothing while none has.</param>
/// <param name="Company">How many of its company.</param>
/// <param name="LastCompany">When the latest of these came.</param>
public readonly record struct FreshnessSight(long Seen, Moment LastSeen, long Company, Moment LastCompany);

/// <summary>Measures one <see cref="FreshnessPromise"/>: silent when its company has come for longer than promised since it was last seen.</summary>
/// <remarks>
/// Time is that of the company's signals, so silence is found at the first of them after the promise ran out, and never in a night without any.
/// Not thread-safe. It measures; what follows is decided from a control record in the log, never from here.
/// </remarks>
/// <param name="promise">What was promised.</param>
/// <param name="isSilent">It was silent already, in a former life.</param>
public sealed class FreshnessClock(FreshnessPromise promise, bool isSilent = false)
{
    private FreshnessSight? _before;
    private Moment? _since;
    private long _companySince;

    public bool IsSilent { get; private set; } = isSilent;

    /// <summary>Since when the present stretch of company without it counts; null before any.</summary>
    public Moment? Since => _since;

    /// <summary>Takes what was seen up to now. Counts never fall.</summary>
    public void Look(in FreshnessSight now)
    {
        if (_before is not { } before)
        {
            // What came before the first look proves nothing about the time before it.
            _before = now;
            return;
        }

        _before = now;
        if (now.Seen > before.Seen)
        {
            (_since, _companySince, IsSilent) = (now.LastSeen, 0, false);
        }

        if (now.Company == before.Company)
        {
            return;
        }

        if (_since is null || (before.Company > 0 && now.LastCompany - before.LastCompany > promise.Pause))
        {
            _since = now.LastCompany;
            _companySince = 0;
        }

        _companySince += now.Company - before.Company;
        IsSilent |= _since is { } since && _companySince >= promise.AtLeast && now.LastCompany - since >= promise.Within;
    }
}
