namespace MicroIntervention.Web.Hosting;

/// <summary>Event ids 5000 to 5009.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(5000, LogLevel.Warning, "A figure could not be read for the metrics page; the others are shown.")]
    public static partial void FigureUnreadable(this ILogger logger, Exception cause);
}
