namespace MicroIntervention.Web.Storage.Tables;

/// <summary>What was measured of one kind of signal, so that a start does not forget when it was last seen.</summary>
public sealed class SignalMeasureRow
{
    /// <summary>The event's name.</summary>
    public required string Name { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long FirstSeenMs { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long LastSeenMs { get; set; }

    /// <summary>Signals seen at the doors, retries included.</summary>
    public long Count { get; set; }
}
