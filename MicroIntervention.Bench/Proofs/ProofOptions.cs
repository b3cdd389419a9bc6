using System.Globalization;

namespace MicroIntervention.Bench.Proofs;

/// <summary>Numbers given after a proof's name.</summary>
internal sealed class ProofOptions(IReadOnlyDictionary<string, int> given)
{
    /// <summary>Null when they are not pairs of a name and a whole number.</summary>
    public static ProofOptions? Read(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count || !arguments[i].StartsWith("--", StringComparison.Ordinal) || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return null;
            }

            given[arguments[i]] = value;
        }

        return new ProofOptions(given);
    }

    public int Of(string name, int otherwise) => given.GetValueOrDefault(name, otherwise);
}
