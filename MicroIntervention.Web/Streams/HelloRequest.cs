using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Streams;

/// <summary>The body of a hello, read and checked.</summary>
internal sealed class HelloRequest
{
    // As for signals: the same id must give the same visitor.
    private const int MaxIdBytes = 256;
    private const int SecretBytes = 32;

    private HelloRequest(string? writeKey, VisitorId visitor, byte[] secret)
    {
        WriteKey = writeKey;
        Visitor = visitor;
        Secret = secret;
    }

    /// <summary>The key in the body; null when it is only in the header.</summary>
    public string? WriteKey { get; }

    public VisitorId Visitor { get; }

    /// <summary>32 bytes made in the browser.</summary>
    public byte[] Secret { get; }

    /// <param name="fault">When null is returned: a sentence that says what to do.</param>
    public static HelloRequest? Read(ReadOnlyMemory<byte> body, KeyedHash hash, out string fault)
    {
        fault = "Send {\"anonymousId\":\"…\",\"secret\":\"…\"} as JSON.";
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 4 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var id = Text(root, "anonymousId");
            var idBytes = id is null ? [] : Encoding.UTF8.GetBytes("a:" + id);
            if (id is not { Length: > 0 } || idBytes.Length > MaxIdBytes + 2)
            {
                fault = "anonymousId must be text of 1 to 256 bytes.";
                return null;
            }

            var secret = new byte[SecretBytes];
            var digits = Text(root, "secret");
            if (digits is not { Length: > 0 and <= 64 } || !Base64Url.TryDecodeFromChars(digits, secret, out var count) || count != SecretBytes)
            {
                fault = "secret must be base64url of 32 random bytes, made once in the browser and kept there.";
                return null;
            }

            return new HelloRequest(Text(root, "writeKey"), new VisitorId(hash.Of(HashDomain.Visitor, idBytes)), secret);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: an escaped lone surrogate, which no text can hold.
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
