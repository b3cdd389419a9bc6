namespace MicroIntervention.Web.Storage.Log;

/// <summary>What a committed batch survives.</summary>
public enum LogDurability
{
    /// <summary>A power cut: every group commit waits for the disk.</summary>
    Full = 0,

    /// <summary>A kill of the process, not a power cut: the operating system writes later.</summary>
    Normal = 1,
}
