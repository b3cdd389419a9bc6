using System.Collections.Immutable;
using System.Text;

namespace MicroIntervention.Engine.Scripts;

/// <summary>A text with tokens, for example <c>Hello {{customer.preferredName | fallback: "there"}}</c>. Parsed once; immutable.</summary>
/// <remarks>The result is plain text: whoever shows it encodes it for its place (JSON, HTML).</remarks>
public sealed class TextTemplate
{
    private const string Open = "{{";
    private const string Close = "}}";
    private const string FallbackWord = "fallback:";
    private readonly ImmutableArray<Part> _parts;

    private TextTemplate(string source, ImmutableArray<Part> parts)
    {
        Source = source;
        _parts = parts;
    }

    /// <summary>Names that a token may have.</summary>
    public static ImmutableArray<string> KnownTokens { get; } = ["customer.preferredName", "customer.tier", "customer.lastPurchase"];

    public static TextTemplate Empty { get; } = new("", []);

    /// <summary>As it was written.</summary>
    public string Source { get; }

    /// <summary>Length with every fallback in place, in UTF-16 units. What limits of a channel are compared with.</summary>
    public int FallbackLength => _parts.Sum(part => part.Text.Length);

    /// <summary>True when it says nothing.</summary>
    public bool IsBlank => string.IsNullOrWhiteSpace(Render(default));

    /// <summary>Parses a text; every fault is added as a sentence that says what to do. Null when there was one.</summary>
    public static TextTemplate? Parse(string text, ICollection<string> faults)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(faults);
        var before = faults.Count;
        var parts = ImmutableArray.CreateBuilder<Part>();
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf(Open, at, StringComparison.Ordinal);
            var literal = open < 0 ? text[at..] : text[at..open];
            if (literal.Contains(Close, StringComparison.Ordinal))
            {
                faults.Add("has \"}}\" without \"{{\" before it; write a token as {{name | fallback: \"text\"}}.");
            }

            if (literal.Length > 0)
            {
                parts.Add(new Part(literal, Token: null));
            }

            if (open < 0)
            {
                break;
            }

            var close = text.IndexOf(Close, open, StringComparison.Ordinal);
            if (close < 0)
            {
                faults.Add("has \"{{\" that is never closed; end the token with \"}}\".");
                break;
            }

            if (ParseToken(text[(open + Open.Length)..close], faults) is { } part)
            {
                parts.Add(part);
            }

            at = close + Close.Length;
        }

        return faults.Count == before ? new TextTemplate(text, parts.ToImmutable()) : null;
    }

    /// <summary>The text for one reader.</summary>
    public string Render(in TemplateFacts facts)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part.Token is null ? part.Text : ValueOf(part.Token, facts) ?? part.Text);
        }

        return text.ToString();
    }

    public override string ToString() => Source;

    private static Part? ParseToken(string inside, ICollection<string> faults)
    {
        var bar = inside.IndexOf('|', StringComparison.Ordinal);
        var name = (bar < 0 ? inside : inside[..bar]).Trim();
        if (inside.Contains(Open, StringComparison.Ordinal))
        {
            faults.Add($"has a token inside the token \"{name}\"; close it with \"}}}}\" first.");
            return null;
        }

        var known = KnownTokens.Contains(name, StringComparer.Ordinal);
        if (!known)
        {
            faults.Add($"uses the unknown token \"{name}\"; known: {string.Join(", ", KnownTokens)}.");
        }

        var rest = bar < 0 ? "" : inside[(bar + 1)..].Trim();
        if (!rest.StartsWith(FallbackWord, StringComparison.Ordinal))
        {
            faults.Add($"uses the token \"{name}\" without a fallback; write {{{{{name} | fallback: \"there\"}}}}.");
            return null;
        }

        var value = rest[FallbackWord.Length..].Trim();
        if (value.Length < 3 || value[0] != '"' || value[^1] != '"' || value[1..^1].Contains('"', StringComparison.Ordinal) || string.IsNullOrWhiteSpace(value[1..^1]))
        {
            faults.Add($"gives the token \"{name}\" no usable fallback; put some words between double quotes.");
            return null;
        }

        return known ? new Part(value[1..^1], name) : null;
    }

    private static string? ValueOf(string token, in TemplateFacts facts) => token switch
    {
        "customer.preferredName" => PlainText.Clean(facts.PreferredName, PlainText.MaxName),
        "customer.tier" => PlainText.Clean(facts.Tier, PlainText.MaxName),
        "customer.lastPurchase" => PlainText.Clean(facts.LastPurchase, PlainText.MaxName),
        _ => throw new InvalidOperationException($"The token {token} passed the parser but has no value."),
    };

    /// <param name="Text">The words, or the fallback of a token.</param>
    /// <param name="Token">Null for plain words.</param>
    private sealed record Part(string Text, string? Token);
}
