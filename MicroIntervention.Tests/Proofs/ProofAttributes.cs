using System.Diagnostics;
using MicroIntervention.Bench.Proofs;

namespace MicroIntervention.Tests.Proofs;

/// <summary>A proof that starts the program; skipped, visibly, where it cannot be started as on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class ServerProofAttribute : FactAttribute
{
    // A child that hangs must fail its own test, not hold up the run.
    private const int LongestMilliseconds = 240_000;

    public ServerProofAttribute()
    {
        Timeout = LongestMilliseconds;
        Skip = OperatingSystem.IsLinux() ? null : "The proofs read /proc and send signals: Linux only.";
    }
}

/// <summary>A proof that also drives a real Chromium; skipped, visibly, where none is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumProofAttribute : ServerProofAttribute
{
    public ChromiumProofAttribute() => Skip ??= ChromiumProgram.IsInstalled ? null : $"No Chromium at {ChromiumProgram.ExecutablePath}.";
}

/// <summary>A proof that installs a package from npm; skipped, visibly, where npm or its registry is out of reach.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class NpmProofAttribute : ServerProofAttribute
{
    private const int LongestWaitMilliseconds = 20_000;
    private static readonly Lazy<bool> Reachable = new(Ask);

    public NpmProofAttribute() => Skip ??= Reachable.Value ? null : $"npm cannot reach {AnalyticsNodeProof.Package}: no npm here, or no registry.";

    private static bool Ask()
    {
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["view", AnalyticsNodeProof.Package, "version", "--fetch-retries=0", "--fetch-timeout=10000"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (npm.WaitForExit(LongestWaitMilliseconds))
            {
                return npm.ExitCode == 0;
            }

            npm.Kill();
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A proof that installs packages from npm and drives a real Chromium; skipped, visibly, where either is out of reach.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmChromiumProofAttribute : NpmProofAttribute
{
    public NpmChromiumProofAttribute() => Skip ??= ChromiumProgram.IsInstalled ? null : $"No Chromium at {ChromiumProgram.ExecutablePath}.";
}
