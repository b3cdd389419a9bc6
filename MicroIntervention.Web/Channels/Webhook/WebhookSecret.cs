using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>The key that a webhook is signed with. Never logged; its text form is shown once, when it is made.</summary>
/// <remarks>Text form: <c>whsec_</c> and base64; the prefix may be absent when reading. Source: Standard Webhooks 1.0, "Signature scheme".</remarks>
public sealed class WebhookSecret : IEquatable<WebhookSecret>
{
    private const string Prefix = "whsec_";

    // The specification asks for 24 to 64 bytes.
    private const int MinBytes = 24;
    private const int MaxBytes = 64;
    private const int NewBytes = 32;

    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    internal ReadOnlySpan<byte> Key => _key;

    /// <summary>A new random secret of 32 bytes.</summary>
    public static WebhookSecret Create() => new(RandomNumberGenerator.GetBytes(NewBytes));

    /// <summary>Reads the text form; false unless it is base64 of 24 to 64 bytes.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = null;
        if (text is null)
        {
            return false;
        }

        var digits = text.StartsWith(Prefix, StringComparison.Ordinal) ? text.AsSpan(Prefix.Length) : text;
        Span<byte> key = stackalloc byte[MaxBytes];
        if (!Convert.TryFromBase64Chars(digits, key, out var count) || count < MinBytes)
        {
            return false;
        }

        secret = new WebhookSecret(key[..count].ToArray());
        CryptographicOperations.ZeroMemory(key);
        return true;
    }

    /// <summary>The text form, for the one time it is shown and for encrypting it.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(_key);

    public bool Equals(WebhookSecret? other) => other is not null && CryptographicOperations.FixedTimeEquals(_key, other._key);

    public override bool Equals(object? obj) => Equals(obj as WebhookSecret);

    // Of the length only: a hash of the key must not end up in a dump or a dictionary.
    public override int GetHashCode() => _key.Length;

    public override string ToString() => "whsec_(hidden)";
}
