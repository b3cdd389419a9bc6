namespace MicroIntervention.Web.Hosting;

/// <summary>What a command tells the shell; stable, so scripts may rely on it.</summary>
public static class ExitCode
{
    public const int Done = 0;

    /// <summary>The command was understood and failed; a sentence on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command or one of its options was not understood; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Another process has the data folder open.</summary>
    public const int FolderInUse = 3;
}
