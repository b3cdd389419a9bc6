using System.Globalization;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>Times of day as packs write them: "00:00" to "23:59".</summary>
public static class ClockText
{
    /// <param name="text">Five characters.</param>
    /// <param name="minute">Minute of the day, 0 to 1439.</param>
    public static bool TryParse(string text, out int minute)
    {
        ArgumentNullException.ThrowIfNull(text);
        minute = 0;
        if (text.Length != 5 || text[2] != ':' || !text.Where((_, i) => i != 2).All(char.IsAsciiDigit))
        {
            return false;
        }

        var hours = ((text[0] - '0') * 10) + text[1] - '0';
        var minutes = ((text[3] - '0') * 10) + text[4] - '0';
        minute = (hours * 60) + minutes;
        return hours < 24 && minutes < 60;
    }

    public static string Format(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
}
