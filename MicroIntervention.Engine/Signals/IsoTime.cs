using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>Reads the time stamps that senders write: ISO 8601 date-times, years 1 to 9999.</summary>
/// <remarks>
/// <c>2026-11-22T10:47:09.034Z</c>; a space for the T, a missing fraction (any number of digits, cut to ms), <c>±hh:mm</c>, <c>±hhmm</c>,
/// <c>±hh</c>, no zone (= UTC), a date alone (= midnight) and second 60 are understood.
/// </remarks>
internal static class IsoTime
{
    /// <summary>0001-01-01T00:00:00Z.</summary>
    public const long Earliest = -62_135_596_800_000;

    /// <summary>9999-12-31T23:59:59.999Z.</summary>
    public const long Latest = 253_402_300_799_999;

    /// <summary>Keeps a moment inside the years that a calendar can show.</summary>
    public static Moment Saturate(long milliseconds) => new(Math.Clamp(milliseconds, Earliest, Latest));

    public static bool TryParse(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-' ||
            !Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day) ||
            year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        var result = DaysSince1970(year, month, day) * 86_400_000L;
        text = text[10..];
        if (!text.IsEmpty)
        {
            if ((text[0] | 0x20) is not ('t' or ' ') || !Clock(ref text, out var clock) || !Zone(text, out var offset))
            {
                return false;
            }

            result += clock - offset;
        }

        milliseconds = Math.Clamp(result, Earliest, Latest);
        return true;
    }

    private static bool Clock(ref ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 6 || text[3] != ':' || !Digits(text[1..3], out var hour) || !Digits(text[4..6], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        text = text[6..];
        milliseconds = ((hour * 60) + minute) * 60_000L;
        if (text.IsEmpty || text[0] != ':')
        {
            return true;
        }

        if (text.Length < 3 || !Digits(text[1..3], out var second) || second > 60)
        {
            return false;
        }

        milliseconds += second * 1000L;
        text = text[3..];
        if (text.IsEmpty || text[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        var at = 1;
        for (var weight = 100; at < text.Length && char.IsAsciiDigit((char)text[at]); at++, weight /= 10)
        {
            milliseconds += (text[at] - '0') * weight;
        }

        text = text[at..];
        return at > 1;
    }

    private static bool Zone(ReadOnlySpan<byte> text, out long offset)
    {
        offset = 0;
        if (text.IsEmpty || (text.Length == 1 && (text[0] | 0x20) == 'z'))
        {
            return true;
        }

        if (text[0] is not ((byte)'+' or (byte)'-') || text.Length is not (3 or 5 or 6) || (text.Length == 6 && text[3] != ':'))
        {
            return false;
        }

        var minute = 0;
        if (!Digits(text[1..3], out var hour) || hour > 23 || (text.Length > 3 && (!Digits(text[^2..], out minute) || minute > 59)))
        {
            return false;
        }

        offset = ((hour * 60) + minute) * (text[0] == '-' ? -60_000L : 60_000L);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            var digit = (uint)(c - '0');
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + (int)digit;
        }

        return true;
    }

    /// <summary>Days in the proleptic Gregorian calendar. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.</summary>
    private static long DaysSince1970(int year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        var era = year / 400;
        var yearOfEra = year - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097L) + dayOfEra - 719_468;
    }
}
