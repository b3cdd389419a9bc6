using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Hosting;

/// <summary>Whether console.db answers.</summary>
internal sealed class DatabaseCheck(IDbContextFactory<ConsoleDbContext> contexts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Database.CanConnectAsync(cancellationToken)
            ? HealthCheckResult.Healthy("answers")
            : HealthCheckResult.Unhealthy("console.db does not answer; see the server's log");
    }
}
