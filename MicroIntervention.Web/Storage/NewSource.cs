namespace MicroIntervention.Web.Storage;

/// <summary>What is asked for when a key is made.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Origins">Only for browser sources; empty means any origin.</param>
public sealed record NewSource(string Name, SourceKind Kind, IReadOnlyList<AllowedOrigin> Origins)
{
    public SourceClock Clock { get; init; } = SourceClock.Wall;

    /// <summary>IANA zone.</summary>
    public string TimeZone { get; init; } = "Etc/UTC";

    public bool AllowUnknownConsent { get; init; } = true;

    /// <summary>A fixed key instead of a random one, for the bench only; null otherwise.</summary>
    public string? FixedKey { get; init; }
}
