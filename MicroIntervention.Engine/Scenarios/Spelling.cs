namespace MicroIntervention.Engine.Scenarios;

/// <summary>"Did you mean": the known word nearest to a mistyped one.</summary>
internal static class Spelling
{
    /// <summary>" Did you mean "x"?" or, where nothing is near, the list of what is known.</summary>
    public static string Hint(string word, IEnumerable<string> known)
    {
        var list = known.ToList();
        var best = list.Select(k => (Word: k, Distance: Distance(word, k))).OrderBy(k => k.Distance).ThenBy(k => k.Word, StringComparer.Ordinal).FirstOrDefault();
        if (best.Word is not null && best.Distance <= Math.Max(2, best.Word.Length / 3))
        {
            return $" Did you mean \"{best.Word}\"?";
        }

        return list.Count == 0 ? " There is none." : $" Known: {string.Join(", ", list)}.";
    }

    /// <summary>Levenshtein distance, letters compared without case.</summary>
    private static int Distance(string a, string b)
    {
        // A long wrong word is near nothing; this also bounds the work for hostile names.
        if (Math.Abs(a.Length - b.Length) > 8)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                (row[j], diagonal) = (Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost), row[j]);
            }
        }

        return row[b.Length];
    }
}
