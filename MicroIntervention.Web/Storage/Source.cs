namespace MicroIntervention.Web.Storage;

/// <summary>A source as pages and doors see it.</summary>
/// <param name="Number">1 to 65,535; stands in every log record.</param>
/// <param name="KeyHash">SHA-256 of the key, 32 bytes.</param>
/// <param name="PublicKey">The whole key of a browser source; null for a server source.</param>
public sealed record Source(
    ushort Number,
    string Name,
    SourceKind Kind,
    ReadOnlyMemory<byte> KeyHash,
    string KeyPrefix,
    string? PublicKey,
    IReadOnlyList<AllowedOrigin> Origins,
    SourceClock Clock,
    string TimeZone,
    bool AllowUnknownConsent,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RevokedAt)
{
    public bool IsRevoked => RevokedAt is not null;

    /// <summary>A browser key bound to no origin: any page on the web may send under it, which people should be told.</summary>
    public bool WorksFromAnywhere => Kind == SourceKind.Browser && Origins.Count == 0;
}
