using System.Diagnostics.CodeAnalysis;

namespace MicroIntervention.Web.Hosting;

/// <summary>A folder command whose words mean something typed: read in one place, for the process that is asked and for the server that carries it out.</summary>
/// <typeparam name="T">What is asked for.</typeparam>
public abstract class ParsedCommand<T> : FolderCommand
    where T : class
{
    public sealed override string? Prepare(ref IReadOnlyList<string> words) => TryRead(words, out _, out var fault) ? null : fault;

    /// <exception cref="ArgumentException">The words did not come from <see cref="Prepare"/>.</exception>
    public sealed override Task<int> WorkAsync(IReadOnlyList<string> words, FolderWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return TryRead(words, out var wanted, out var fault) ? DoAsync(wanted, work) : throw new ArgumentException(fault, nameof(words));
    }

    /// <summary>Reads the words (without <c>--data</c>).</summary>
    /// <param name="fault">When false: a sentence that says what is not understood.</param>
    protected abstract bool TryRead(IReadOnlyList<string> words, [NotNullWhen(true)] out T? wanted, [NotNullWhen(false)] out string? fault);

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> DoAsync(T wanted, FolderWork work);
}
