namespace MicroIntervention.Web.Hosting;

/// <summary>What a command on a data folder works with.</summary>
/// <param name="Services">The server's own where one runs; on a free folder those of <see cref="FolderServices"/>: storage, no engine.</param>
/// <param name="Output">Reaches the standard output of the person who typed the command.</param>
/// <param name="Error">Reaches their standard error.</param>
/// <param name="Cancel">The person went away, or the server stops.</param>
public sealed record FolderWork(IServiceProvider Services, TextWriter Output, TextWriter Error, CancellationToken Cancel)
{
    /// <summary>Who the audit log names for what commands do: whoever may open the folder, which has no names.</summary>
    public const string Actor = "command line";
}
