namespace MicroIntervention.Web.Hosting;

/// <summary>Event ids 5210 to 5219.</summary>
internal static partial class KeyRingLog
{
    [LoggerMessage(5210, LogLevel.Information, "The key ring in {Path} is not encrypted: whoever can read that folder can open cookies and webhook secrets. Only its owner may.")]
    public static partial void NotEncrypted(this ILogger logger, string path);
}
