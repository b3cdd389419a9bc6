namespace MicroIntervention.Web.Storage.Tables;

/// <summary>Binds a visitor to the secret of the browser that said hello first.</summary>
public sealed class VisitorBindingRow
{
    /// <summary>Keyed hash of the anonymous id, 16 bytes.</summary>
    public required byte[] VisitorHash { get; set; }

    /// <summary>SHA-256 of the browser's secret, 32 bytes.</summary>
    public required byte[] SecretHash { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long BoundAtMs { get; set; }
}
