using System.Collections.Immutable;
using System.Text.Json;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>One JSON value of a pack with its path; reading it as something else than it is gives a fault, never an exception.</summary>
internal readonly record struct PackNode(JsonElement Element, string Path, PackScope Scope)
{
    public bool IsNull => Element.ValueKind == JsonValueKind.Null;

    public string? Text(int maxLength, bool blankAllowed = false)
    {
        if (Element.ValueKind != JsonValueKind.String)
        {
            Scope.Add(Path, $"must be text, not {Kind()}.");
            return null;
        }

        var text = Element.GetString()!;
        if (text.Length > maxLength)
        {
            Scope.Add(Path, $"has {text.Length} characters; at most {maxLength} are allowed.");
            return null;
        }

        if (!blankAllowed && string.IsNullOrWhiteSpace(text))
        {
            Scope.Add(Path, "is empty; write a text.");
            return null;
        }

        return text;
    }

    /// <summary>A name that other parts of the pack can refer to: a letter, then letters, digits and underscores.</summary>
    public string? Name()
    {
        if (Text(PackLimits.NameLength) is not { } name)
        {
            return null;
        }

        if (!IsName(name))
        {
            Scope.Add(Path, $"\"{name}\" is no name; begin with a letter and use only letters, digits and underscores.");
            return null;
        }

        return name;
    }

    public static bool IsName(string text) =>
        text.Length is > 0 and <= PackLimits.NameLength && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    public double? Number(double min, double max)
    {
        double? number = null;
        if (Element.ValueKind == JsonValueKind.String)
        {
            number = Scope.SettingOf(Element.GetString()!, Path);
        }
        else if (Element.ValueKind != JsonValueKind.Number)
        {
            Scope.Add(Path, $"must be a number, not {Kind()}.");
        }
        else if (Element.TryGetDouble(out var value) && double.IsFinite(value))
        {
            number = value;
        }
        else
        {
            Scope.Add(Path, "is too large a number.");
        }

        if (number is { } n && (n < min || n > max))
        {
            Scope.Add(Path, $"is {PackScope.Show(n)}; it must lie between {PackScope.Show(min)} and {PackScope.Show(max)}.");
            return null;
        }

        return number;
    }

    public int? Whole(int min, int max)
    {
        if (Number(min, max) is not { } number)
        {
            return null;
        }

        if (number != Math.Floor(number))
        {
            Scope.Add(Path, $"is {PackScope.Show(number)}; it must be a whole number.");
            return null;
        }

        return (int)number;
    }

    public bool? Flag()
    {
        if (Element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return Element.GetBoolean();
        }

        Scope.Add(Path, $"must be true or false, not {Kind()}.");
        return null;
    }

    public TimeSpan? Duration(TimeSpan min, TimeSpan max)
    {
        if (Element.ValueKind != JsonValueKind.String || !DurationText.TryParse(Element.GetString()!, out var duration))
        {
            Scope.Add(Path, "must be a duration such as \"30s\", \"10m\" or \"24h\".");
            return null;
        }

        if (duration < min || duration > max)
        {
            Scope.Add(Path, $"is {DurationText.Format(duration)}; it must lie between {DurationText.Format(min)} and {DurationText.Format(max)}.");
            return null;
        }

        return duration;
    }

    /// <summary>One word of a closed list.</summary>
    public T? Word<T>(ImmutableArray<(string Word, T Value)> words)
        where T : struct
    {
        if (Text(PackLimits.NameLength) is not { } text)
        {
            return null;
        }

        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        Scope.Add(Path, $"\"{text}\" is not known here.{Spelling.Hint(text, words.Select(w => w.Word))}");
        return null;
    }

    /// <summary>The elements of an array; none (with a fault) for anything else.</summary>
    public ImmutableArray<PackNode> Items(int min, int max)
    {
        if (Element.ValueKind != JsonValueKind.Array)
        {
            Scope.Add(Path, $"must be a list, not {Kind()}.");
            return [];
        }

        var count = Element.GetArrayLength();
        if (count < min || count > max)
        {
            Scope.Add(Path, $"has {count} entries; it must have {min} to {max}.");
            return [];
        }

        var items = ImmutableArray.CreateBuilder<PackNode>(count);
        foreach (var item in Element.EnumerateArray())
        {
            items.Add(new PackNode(item, $"{Path}[{items.Count}]", Scope));
        }

        return items.ToImmutable();
    }

    public string Kind() => Element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null => "null",
        JsonValueKind.Undefined => "nothing",
        _ => throw new InvalidOperationException($"No words for JSON kind {Element.ValueKind}."),
    };
}
