namespace MicroIntervention.Web.Storage.Tables;

/// <summary>Something that people should know. Append-only; kept 90 days.</summary>
public sealed class NotificationRow
{
    public long Id { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long AtMs { get; set; }

    /// <summary>The notification's stable name, for example <c>contract-broken</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>What it is about, for example an event's name.</summary>
    public required string Subject { get; set; }

    /// <summary>One sentence that says what happened and who should act. No personal data of customers.</summary>
    public required string Text { get; set; }

    /// <summary>Page with more, a path of the console; empty when there is none.</summary>
    public string Path { get; set; } = "";

    /// <summary>The action of the role matrix that a reader must be allowed.</summary>
    public required string Action { get; set; }
}
