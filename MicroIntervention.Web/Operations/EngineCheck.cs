using Microsoft.Extensions.Diagnostics.HealthChecks;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Web.Operations;

/// <summary>Whether the engine takes signals: it runs, and its log can be written.</summary>
internal sealed class EngineCheck(EngineHost engine) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        engine.IsReady ? HealthCheckResult.Healthy("takes signals")
        : engine.IsStalled ? HealthCheckResult.Unhealthy("the signal log cannot be written; doors answer 507 until it can (disk full?)")
        : HealthCheckResult.Unhealthy("starting or stopping"));
}
