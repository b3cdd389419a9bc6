using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MicroIntervention.Web.Hosting;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it can take signals; each area adds its check with the tag <see cref="Ready"/>.</summary>
public static class HealthEndpoints
{
    /// <summary>Tag of the checks that <c>/readyz</c> asks.</summary>
    public const string Ready = "ready";

    public static void AddHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<DatabaseCheck>("console-database", tags: [Ready]);

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/readyz", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        // Names and sentences only; an exception's text may carry paths.
        var checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status.ToString(), says = entry.Value.Description });
        return context.Response.WriteAsJsonAsync(new { status = report.Status.ToString(), checks });
    }
}
