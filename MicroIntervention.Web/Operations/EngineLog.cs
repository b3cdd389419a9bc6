namespace MicroIntervention.Web.Operations;

/// <summary>Log messages of the engine's life; event ids 3000 to 3099.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(3000, LogLevel.Information, "Recovered from {Checkpoint} and {Records} records of the log: {Sessions} live sessions in {Milliseconds} ms.")]
    public static partial void Recovered(ILogger logger, string checkpoint, long records, int sessions, long milliseconds);

    [LoggerMessage(3001, LogLevel.Error, "A scenario pack was refused. {Fault}")]
    public static partial void PackFault(ILogger logger, string fault);

    [LoggerMessage(3002, LogLevel.Error, "The signal log cannot be written; nothing is acknowledged until it can.")]
    public static partial void LogStalled(ILogger logger, Exception cause);

    [LoggerMessage(3003, LogLevel.Error, "A customer asked for a person (decision {Decision}), but too many such requests wait; no bundle was sent.")]
    public static partial void HandoffRefused(ILogger logger, string decision);

    [LoggerMessage(3004, LogLevel.Warning, "The context bundle of decision {Decision} was not delivered: {Result}.")]
    public static partial void HandoffNotSent(ILogger logger, string decision, MicroIntervention.Engine.Delivery.DeliveryResult result);

    [LoggerMessage(3005, LogLevel.Error, "The context bundle of decision {Decision} could not be put together.")]
    public static partial void HandoffFailed(ILogger logger, string decision, Exception problem);

    [LoggerMessage(3006, LogLevel.Warning, "A checkpoint was not used: {Why} The log has everything; starting takes longer.")]
    public static partial void CheckpointIgnored(ILogger logger, string why);

    [LoggerMessage(3007, LogLevel.Warning, "No checkpoint could be written: {Why} The next start will read more of the log.")]
    public static partial void CheckpointFailed(ILogger logger, string why);

    [LoggerMessage(3008, LogLevel.Debug, "Checkpoint of {Bytes} bytes in {Milliseconds} ms; a shard was held up for {Worst} ms at most.")]
    public static partial void CheckpointWritten(ILogger logger, long bytes, double milliseconds, double worst);
}
