using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MicroIntervention.Web.Hosting;

/// <summary>Looks after the key ring's folder, which opens cookies, stream tokens and webhook secrets: only its owner may read it, and that is said.</summary>
internal sealed class KeyRing(DataFolder folder, ILogger<KeyRing> log) : IHostedService, IHealthCheck
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        log.NotEncrypted(folder.Keys);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Degraded (which is still ready) where others could read the ring; in any case says that it is not encrypted.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!OperatingSystem.IsWindows() && (IsOpen(folder.Path) && IsOpen(folder.Keys)))
        {
            return Task.FromResult(HealthCheckResult.Degraded("the key ring is not encrypted and others on this machine can read it; make the data folder 0700"));
        }

        return Task.FromResult(HealthCheckResult.Healthy("the key ring is not encrypted; only its owner can read it"));
    }

    private static bool IsOpen(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;
}
