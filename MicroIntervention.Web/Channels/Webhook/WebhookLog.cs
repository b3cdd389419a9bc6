namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Event ids 5100 to 5119. Names and numbers of addresses only: an address' path may hold a token.</summary>
internal static partial class WebhookLog
{
    [LoggerMessage(5100, LogLevel.Warning, "Webhook address {Number} ({Name}) answered 410 and is switched off.")]
    public static partial void SwitchedOff(this ILogger logger, int number, string name);

    [LoggerMessage(5101, LogLevel.Warning, "Webhook address {Number} ({Name}) fails: nothing is sent to it for {Seconds} s.")]
    public static partial void Broken(this ILogger logger, int number, string name, double seconds);

    [LoggerMessage(5102, LogLevel.Information, "Webhook address {Number} ({Name}) answers again.")]
    public static partial void Mended(this ILogger logger, int number, string name);

    [LoggerMessage(5103, LogLevel.Warning, "Webhook address {Number} ({Name}) resolves to an address that is not allowed; nothing was sent.")]
    public static partial void AddressRefused(this ILogger logger, int number, string name);

    [LoggerMessage(5104, LogLevel.Warning, "Webhook address {Number} ({Name}) refused a delivery with status {Status}.")]
    public static partial void Refused(this ILogger logger, int number, string name, int status);

    [LoggerMessage(5105, LogLevel.Error, "The observer of a webhook delivery threw.")]
    public static partial void ObserverFailed(this ILogger logger, Exception fault);

    [LoggerMessage(5106, LogLevel.Warning, "{Count} handoffs to webhook address {Number} ({Name}) were not delivered before the stop.")]
    public static partial void HandoffsLost(this ILogger logger, int count, int number, string name);

    [LoggerMessage(5108, LogLevel.Warning, "Webhook address {Number} ({Name}) is not used: {Why}.")]
    public static partial void NotUsable(this ILogger logger, int number, string name, string why);

    [LoggerMessage(5107, LogLevel.Error, "A sender of webhook address {Number} ({Name}) failed and goes on.")]
    public static partial void SenderFailed(this ILogger logger, int number, string name, Exception fault);
}
