using System.Globalization;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>How long to wait before the next attempt.</summary>
internal static class RetryDelay
{
    /// <summary>No receiver may silence us for longer.</summary>
    public static readonly TimeSpan MaxAsked = TimeSpan.FromHours(1);

    /// <summary>First wait doubled per attempt, capped, then between half and all of it, so that many senders do not come back together.</summary>
    /// <param name="attempts">Attempts made so far, from 1.</param>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan Backoff(int attempts, TimeSpan first, TimeSpan cap, double chance)
    {
        var doubled = first.TotalMilliseconds * Math.Pow(2, Math.Min(attempts - 1, 30));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, cap.TotalMilliseconds) * (0.5 + (0.5 * chance)));
    }

    /// <summary>The wait a Retry-After header asks for, in seconds or as a date; null when it says nothing usable.</summary>
    public static TimeSpan? Parse(string? header, DateTimeOffset now)
    {
        TimeSpan asked;
        if (int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            asked = TimeSpan.FromSeconds(seconds);
        }
        else if (DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            asked = date - now;
        }
        else
        {
            return null;
        }

        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked > MaxAsked ? MaxAsked : asked;
    }
}
