using System.Globalization;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>What the parts of a pack share while it is read: the faults so far, and the settings that numbers may name.</summary>
internal sealed class PackScope
{
    private readonly List<PackFault> _faults = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public IReadOnlyList<PackFault> Faults => _faults;

    public Dictionary<string, double> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Settings that some number named.</summary>
    public IReadOnlySet<string> UsedSettings => _used;

    /// <summary>Notes a fault; past <see cref="PackLimits.Faults"/> they are no longer kept.</summary>
    public void Add(string path, string message)
    {
        if (_faults.Count < PackLimits.Faults)
        {
            _faults.Add(new PackFault(path, message));
        }
    }

    /// <summary>The value that <c>"{name}"</c> stands for; null (with a fault) when there is no such setting.</summary>
    public double? SettingOf(string reference, string path)
    {
        if (reference.Length < 3 || reference[0] != '{' || reference[^1] != '}')
        {
            Add(path, "must be a number, or a setting written \"{name}\".");
            return null;
        }

        var name = reference[1..^1];
        if (Settings.TryGetValue(name, out var value))
        {
            _used.Add(name);
            return value;
        }

        Add(path, $"names the setting \"{name}\", which the pack does not have.{Spelling.Hint(name, Settings.Keys)}");
        return null;
    }

    /// <summary>A number as people read it in a fault.</summary>
    public static string Show(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
