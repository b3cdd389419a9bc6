namespace MicroIntervention.Web.Hosting;

/// <summary>One command of the program, found by its first word.</summary>
public abstract class Command
{
    /// <summary>The word on the command line, for example <c>serve</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The options, as <c>help</c> prints them after the name.</summary>
    public abstract string Usage { get; }

    /// <summary>One sentence for <c>help</c>.</summary>
    public abstract string Summary { get; }

    /// <summary>Carries the command out.</summary>
    /// <param name="arguments">What followed the command's name.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public abstract Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error);
}
