using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>A daily span in the customer's own time in which nothing is sent. May pass midnight.</summary>
/// <param name="FromMinute">Minute of the day, 0 to 1439, inclusive.</param>
/// <param name="ToMinute">Minute of the day, exclusive. Equal to <paramref name="FromMinute"/> means never.</param>
public readonly record struct QuietHours(int FromMinute, int ToMinute)
{
    private const int MinutesADay = 24 * 60;

    /// <summary>No zone of today moves its clock by more at once; the one that moves by two hours is a station in Antarctica.</summary>
    private const int LargestShiftMinutes = 60;

    /// <summary>Offsets of all zones, and so their shifts, are whole quarter hours.</summary>
    private const int ShiftStepMinutes = 15;

    /// <param name="at">The moment.</param>
    /// <param name="offsetMinutes">The customer's offset from UTC; 0 when not known.</param>
    public bool Contains(Moment at, int offsetMinutes)
    {
        var minute = (int)((((at.Milliseconds / 60_000) + offsetMinutes) % MinutesADay + MinutesADay) % MinutesADay);
        return FromMinute <= ToMinute
            ? minute >= FromMinute && minute < ToMinute
            : minute >= FromMinute || minute < ToMinute;
    }

    /// <summary>True when it may be quiet by now: the offset was learned earlier, and the customer's clock may have been put on or back since.</summary>
    /// <param name="at">The moment.</param>
    /// <param name="offsetMinutes">The offset that held when it was learned.</param>
    public bool MayContain(Moment at, int offsetMinutes)
    {
        for (var shift = -LargestShiftMinutes; shift <= LargestShiftMinutes; shift += ShiftStepMinutes)
        {
            if (Contains(at, offsetMinutes + shift))
            {
                return true;
            }
        }

        return false;
    }
}
