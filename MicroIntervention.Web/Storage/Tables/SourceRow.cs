namespace MicroIntervention.Web.Storage.Tables;

/// <summary>A key under which signals may come in.</summary>
public sealed class SourceRow
{
    /// <summary>1 to 65,535; never reused, for it stands in every log record.</summary>
    public int Number { get; set; }

    public required string Name { get; set; }

    /// <summary><c>browser</c> (public key, bound to origins) or <c>server</c> (secret key).</summary>
    public required string Kind { get; set; }

    /// <summary>SHA-256 of the whole key, 32 bytes; what a request is matched against.</summary>
    public required byte[] KeyHash { get; set; }

    /// <summary>The first characters, by which people recognise a key.</summary>
    public required string KeyPrefix { get; set; }

    /// <summary>The whole key of a browser source, which is public and stands in the snippet; null for a server source.</summary>
    public string? PublicKey { get; set; }

    /// <summary>Origins a browser key may be used from, separated by line feeds; empty means any.</summary>
    public string Origins { get; set; } = "";

    /// <summary><c>wall</c> or <c>event</c>.</summary>
    public string Clock { get; set; } = "wall";

    /// <summary>IANA zone used for quiet hours where the signal names none.</summary>
    public string TimeZone { get; set; } = "Etc/UTC";

    /// <summary><c>allow</c> or <c>deny</c>: how a visitor of unknown consent is treated.</summary>
    public string UnknownConsent { get; set; } = "allow";

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAtMs { get; set; }

    /// <summary>Unix milliseconds; null while the key is valid.</summary>
    public long? RevokedAtMs { get; set; }
}
