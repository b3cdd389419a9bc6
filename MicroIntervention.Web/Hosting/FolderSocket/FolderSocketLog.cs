namespace MicroIntervention.Web.Hosting.FolderSocket;

/// <summary>Event ids 5200 to 5209.</summary>
internal static partial class FolderSocketLog
{
    [LoggerMessage(5200, LogLevel.Warning, "The path {Path} is too long for a socket: commands cannot reach this server while it runs. Choose a shorter data folder.")]
    public static partial void PathTooLong(this ILogger logger, string path);

    [LoggerMessage(5201, LogLevel.Error, "The command {Command}, given over the folder's socket, failed.")]
    public static partial void CommandFailed(this ILogger logger, string command, Exception fault);
}
