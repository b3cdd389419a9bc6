using System.Diagnostics.CodeAnalysis;

namespace MicroIntervention.Web.Storage;

/// <summary>A site that a browser key may be used from, written as a browser writes it in the <c>Origin</c> header: scheme, host, and the port where it is not the usual one.</summary>
public sealed record AllowedOrigin
{
    private const string Example = "such as https://shop.example";

    private AllowedOrigin(string text) => Text = text;

    /// <summary>Lower case, no slash at the end, international names in their ASCII form.</summary>
    public string Text { get; }

    /// <summary>Reads what a person wrote: case, the usual port and a slash at the end do not matter.</summary>
    /// <param name="fault">When false: a sentence that says what to write.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out AllowedOrigin? origin, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        origin = null;
        fault = null;
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (text.Contains('*', StringComparison.Ordinal))
        {
            fault = $"\"{text}\" has a wildcard. Name each site by itself, {Example}.";
        }
        else if (start < 3 || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.IdnHost.Length == 0)
        {
            fault = $"\"{text}\" is not an origin. Write http:// or https:// and the host, {Example}.";
        }
        else if (text[start..].AsSpan().TrimEnd('/').IndexOfAny("/?#@\\") >= 0 || text.EndsWith("//", StringComparison.Ordinal))
        {
            fault = $"\"{text}\" says more than an origin. Leave out path, query and names: {Written(uri)}.";
        }
        else
        {
            origin = new AllowedOrigin(Written(uri));
        }

        return origin is not null;
    }

    /// <summary>Whether a request with this header comes from here. Browsers write the header in the form of <see cref="Text"/>.</summary>
    public bool Matches(string? header) => string.Equals(Text, header, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Text;

    /// <summary>Reads what the database holds. What an earlier version stored and this one would refuse stays as it is: to drop it would open the key to every site.</summary>
    internal static AllowedOrigin FromStore(string text) => TryParse(text, out var origin, out _) ? origin : new AllowedOrigin(text);

    private static string Written(Uri uri)
    {
        // The host of an IPv6 address keeps its brackets only here.
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host.ToLowerInvariant()}" : $"{uri.Scheme}://{host.ToLowerInvariant()}:{uri.Port}";
    }
}
