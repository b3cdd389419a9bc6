namespace MicroIntervention.Web.Storage.Log;

/// <summary>Log lines of the signal log (event ids 1200 to 1219). Numbers and SQLite's words only.</summary>
internal static partial class SignalLogMessages
{
    [LoggerMessage(1200, LogLevel.Information, "Signal log open: segment {Segment}, {Partitions} partitions, durability {Durability}")]
    public static partial void LogOpened(this ILogger logger, long segment, int partitions, LogDurability durability);

    [LoggerMessage(1201, LogLevel.Error, "Signal log cannot be written; {Batches} batches wait and are tried again")]
    public static partial void LogStalled(this ILogger logger, Exception cause, int batches);

    [LoggerMessage(1202, LogLevel.Information, "Signal log can be written again after {Attempts} failed attempts")]
    public static partial void LogRecovered(this ILogger logger, int attempts);

    [LoggerMessage(1203, LogLevel.Information, "Signal log goes on in segment {Segment}")]
    public static partial void LogRolled(this ILogger logger, long segment);

    [LoggerMessage(1204, LogLevel.Warning, "Checkpoint of segment {Segment} failed; it is tried again")]
    public static partial void CheckpointFailed(this ILogger logger, Exception cause, long segment);

    [LoggerMessage(1205, LogLevel.Error, "A batch's owner failed when told of its commit")]
    public static partial void OwnerFailed(this ILogger logger, Exception cause);

    [LoggerMessage(1206, LogLevel.Information, "Segment {Segment} was deleted by retention")]
    public static partial void SegmentDeleted(this ILogger logger, long segment);

    [LoggerMessage(1207, LogLevel.Information, "Erasure destroyed {Keys} keys of one visitor")]
    public static partial void VisitorErased(this ILogger logger, int keys);
}
