namespace MicroIntervention.Web.Storage.Tables;

/// <summary>How far one person has read the notifications.</summary>
public sealed class NotificationReadRow
{
    /// <summary>The person's sign-in name.</summary>
    public required string Who { get; set; }

    /// <summary>Number of the newest notification they have read.</summary>
    public long UpTo { get; set; }
}
