using System.ComponentModel.DataAnnotations;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>How a data folder is created or opened.</summary>
public sealed class InstallationOptions
{
    /// <summary>Partitions of the log. Fixed when the folder is created; later starts must name the same number. Default 64; 1 to 4096.</summary>
    [Range(1, 4096)]
    public int Partitions { get; init; } = 64;

    /// <summary>The master key itself, 32 bytes. Default: the environment variable MI_MASTER_KEY (base64), else the key file.</summary>
    public byte[]? MasterKey { get; init; }

    /// <summary>Where the master key file lies. Default: <c>$XDG_CONFIG_HOME/microintervention/INSTALL-ID.key</c> (or <c>~/.config/…</c>). Never inside the data folder.</summary>
    public string? MasterKeyFile { get; init; }
}
