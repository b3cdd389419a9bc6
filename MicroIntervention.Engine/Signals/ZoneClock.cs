using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>A time zone's offset from UTC, asked for again and again at nearly the same time.</summary>
/// <remarks>Thread-safe. The offset is that of the quarter hour's start, so that it does not depend on what was asked before; zones change their offset on quarter hours.</remarks>
internal sealed class ZoneClock(TimeZoneInfo zone)
{
    private const long QuarterHourMs = 15 * 60_000;

    // Quarter hour since 1970 in the upper 48 bits, offset in minutes in the lower 16: one word, so that readers never see half of it.
    private long _memo = long.MinValue;

    public short OffsetMinutesAt(Moment at)
    {
        var quarter = Math.DivRem(at.Milliseconds, QuarterHourMs, out var rest) - (rest < 0 ? 1 : 0);
        var memo = Volatile.Read(ref _memo);
        if (memo >> 16 == quarter)
        {
            return (short)memo;
        }

        // Year 1 starts inside a quarter hour that a calendar cannot show for every zone; saturate as source times are.
        var start = IsoTime.Saturate(quarter * QuarterHourMs).ToDateTimeOffset().UtcDateTime;
        var minutes = (short)zone.GetUtcOffset(start).TotalMinutes;
        Volatile.Write(ref _memo, (quarter << 16) | (ushort)minutes);
        return minutes;
    }
}
