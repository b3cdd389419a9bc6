using System.ComponentModel.DataAnnotations;

namespace MicroIntervention.Web.Ingest;

/// <summary>How much the doors take from whom.</summary>
public sealed class IngestOptions
{
    /// <summary>Events a second under one browser key. Default 10,000; 1 to 10,000,000. Twice as many may come at once.</summary>
    [Range(1, 10_000_000)]
    public int BrowserEventsPerSecond { get; init; } = 10_000;

    /// <summary>Events a second under one server key. Default 200,000; 1 to 10,000,000. Twice as many may come at once.</summary>
    [Range(1, 10_000_000)]
    public int ServerEventsPerSecond { get; init; } = 200_000;

    /// <summary>Requests a second with an unknown key that one address gets a 401 for; beyond it 429. Default 5; 1 to 100,000. Four times as many may come at once.</summary>
    [Range(1, 100_000)]
    public int UnknownKeysPerSecondAndAddress { get; init; } = 5;

    /// <summary>The same for all addresses together. Default 500; 1 to 1,000,000. Twice as many may come at once.</summary>
    [Range(1, 1_000_000)]
    public int UnknownKeysPerSecond { get; init; } = 500;

    /// <summary>Slowest body taken once its first part is here, bytes a second after 5 s of grace. Default 1,024; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MinBodyBytesPerSecond { get; init; } = 1_024;

    /// <summary>Refused events kept per source. Default 1,000; 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int RejectionsPerSource { get; init; } = 1_000;

    /// <summary>How long refused events are kept. Default 7 days; 1 hour to 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan RejectionsKept { get; init; } = TimeSpan.FromDays(7);
}
