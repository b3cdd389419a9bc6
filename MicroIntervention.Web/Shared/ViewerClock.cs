using System.Globalization;

namespace MicroIntervention.Web.Shared;

/// <summary>Times in the viewer's zone; UTC, and says so, until the browser has told its zone. One per circuit.</summary>
public sealed class ViewerClock
{
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;

    /// <summary>Raised when the zone became known, so that pages draw again.</summary>
    public event Action? Changed;

    /// <summary>Takes the browser's IANA zone; an unknown one changes nothing.</summary>
    public void SetZone(string? id)
    {
        if (id is not null && id != _zone.Id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
        {
            _zone = zone;
            Changed?.Invoke();
        }
    }

    /// <summary>Date, time to the second and offset.</summary>
    public string Full(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, _zone);
        return local.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + (local.Offset == TimeSpan.Zero ? " UTC" : local.ToString(" zzz", CultureInfo.InvariantCulture));
    }

    /// <summary>Hours, minutes and seconds.</summary>
    public string TimeOfDay(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, _zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
