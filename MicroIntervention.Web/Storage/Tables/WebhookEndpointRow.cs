namespace MicroIntervention.Web.Storage.Tables;

/// <summary>One address that signed webhooks may be sent to. Only an admin adds or changes one; nothing else is ever a target.</summary>
public sealed class WebhookEndpointRow
{
    /// <summary>1 and up, in the order of making; of two that fit equally well the lower number is used.</summary>
    public int Number { get; set; }

    public required string Name { get; set; }

    /// <summary>Absolute address; https, or http on loopback in bench and demo mode.</summary>
    public required string Url { get; set; }

    /// <summary>The signing secret as Data Protection ciphertext; the key ring is outside this database.</summary>
    public required byte[] ProtectedSecret { get; set; }

    /// <summary>Only for this scenario; null means every scenario.</summary>
    public string? Scenario { get; set; }

    /// <summary><c>prompt</c> or <c>handoff</c>; null means both.</summary>
    public string? Kind { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAtMs { get; set; }

    /// <summary>Unix milliseconds; null while enabled.</summary>
    public long? DisabledAtMs { get; set; }

    /// <summary>A sentence for people; null while enabled.</summary>
    public string? DisabledReason { get; set; }
}
