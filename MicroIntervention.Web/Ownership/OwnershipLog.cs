namespace MicroIntervention.Web.Ownership;

/// <summary>Log messages about contracts; event ids 3200 to 3299.</summary>
internal static partial class OwnershipLog
{
    [LoggerMessage(3200, LogLevel.Warning, "Signal {Signal} breaks its contract ({Fault}); its scenarios abstain.")]
    public static partial void Broken(ILogger logger, string signal, MicroIntervention.Engine.Signals.SignalFault fault);

    [LoggerMessage(3201, LogLevel.Information, "Signal {Signal} keeps its contract again.")]
    public static partial void Kept(ILogger logger, string signal);

    [LoggerMessage(3202, LogLevel.Error, "The watch over contracts failed; it tries again.")]
    public static partial void WatchFailed(ILogger logger, Exception problem);
}
