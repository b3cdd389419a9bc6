namespace MicroIntervention.Web.Ingest;

/// <summary>Log messages of the doors; event ids 2000 to 2099.</summary>
internal static partial class IngestLog
{
    [LoggerMessage(2000, LogLevel.Warning, "{Count} refused events could not be written to the table of rejected signals.")]
    public static partial void RejectionsNotWritten(ILogger logger, int count, Exception problem);

    [LoggerMessage(2001, LogLevel.Error, "A door failed on a request.")]
    public static partial void DoorFailed(ILogger logger, Exception problem);
}
