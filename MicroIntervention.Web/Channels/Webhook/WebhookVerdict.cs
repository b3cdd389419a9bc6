namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>What a check of a received webhook found.</summary>
public enum WebhookVerdict : byte
{
    Valid = 0,
    MissingHeader = 1,
    BadTimestamp = 2,
    TooOld = 3,
    TooNew = 4,
    NoMatchingSignature = 5,
}
