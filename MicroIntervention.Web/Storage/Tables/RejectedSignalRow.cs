namespace MicroIntervention.Web.Storage.Tables;

/// <summary>A signal that was refused, kept 7 days so that its sender can see why.</summary>
public sealed class RejectedSignalRow
{
    public long Id { get; set; }

    /// <summary>The source's number; 0 when the key was unknown.</summary>
    public int Source { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long AtMs { get; set; }

    /// <summary>The reason's stable name.</summary>
    public required string Reason { get; set; }

    /// <summary>A sentence that says what to change.</summary>
    public string Detail { get; set; } = "";

    /// <summary>What was sent, cut at 4 KB; bytes, because it may not be text.</summary>
    public byte[] Payload { get; set; } = [];
}
