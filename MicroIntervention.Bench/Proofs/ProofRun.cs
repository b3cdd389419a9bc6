using System.Diagnostics;
using System.Globalization;

namespace MicroIntervention.Bench.Proofs;

/// <summary>One proof on its way: says what it does, keeps what must hold and what was measured.</summary>
/// <remarks>Thread-safe. <see cref="Faults"/> empty means proved.</remarks>
internal sealed class ProofRun(TextWriter output)
{
    private readonly Lock _gate = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<(string What, bool Holds)> _checks = [];
    private readonly List<string> _figures = [];

    /// <summary>What did not hold, as sentences.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
            {
                return [.. _checks.Where(check => !check.Holds).Select(check => check.What)];
            }
        }
    }

    /// <summary>A progress line with the time since the start.</summary>
    public void Say(string line)
    {
        lock (_gate)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{_clock.Elapsed.TotalSeconds,6:0.0} s] {line}"));
            output.Flush();
        }
    }

    /// <summary>Something that must hold, with its numbers in the sentence.</summary>
    public void Check(bool holds, FormattableString what)
    {
        lock (_gate)
        {
            _checks.Add((what.ToString(CultureInfo.InvariantCulture), holds));
        }
    }

    /// <summary>A line for docs/benchmarks.md.</summary>
    public void Figure(FormattableString line)
    {
        lock (_gate)
        {
            _figures.Add(line.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Prints the table of checks and the figures.</summary>
    /// <returns>Whether everything held.</returns>
    public bool Finish(string name)
    {
        lock (_gate)
        {
            output.WriteLine();
            output.WriteLine($"| {name} | |");
            output.WriteLine("|---|---|");
            foreach (var (what, holds) in _checks)
            {
                output.WriteLine($"| {what} | {(holds ? "yes" : "**NO**")} |");
            }

            output.WriteLine();
            foreach (var figure in _figures)
            {
                output.WriteLine("  " + figure);
            }

            var proved = _checks.Count > 0 && _checks.TrueForAll(check => check.Holds);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {(proved ? "proved" : "NOT PROVED")} in {_clock.Elapsed.TotalSeconds:0} s"));
            output.WriteLine();
            output.Flush();
            return proved;
        }
    }
}
