namespace MicroIntervention.Web.Hosting.FolderSocket;

/// <summary>The part of a command that works on an open data folder: the same code whether the command opened the folder or a running server holds it.</summary>
public interface IFolderCommand
{
    /// <summary>The command's first word, for example <c>keys</c>.</summary>
    string Name { get; }

    /// <summary>Carries the command out. What it writes reaches the person who typed it.</summary>
    /// <param name="arguments">What followed the name, checked again here: anybody who may open the socket may send anything.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancel);
}
