using MicroIntervention.Web.Identity;

namespace MicroIntervention.Web.Hosting;

/// <summary><c>/metrics</c>: the meters in Prometheus' text format 0.0.4, for this machine or a signed-in admin.</summary>
internal static class MetricsPage
{
    public static void AddMetricsPage(this IServiceCollection services)
    {
        services.AddSingleton<PrometheusExporter>();
        // Listening must start before the first measurement, not at the first scrape.
        services.AddHostedService(provider => provider.GetRequiredService<PrometheusExporter>());
    }

    public static void MapMetricsPage(this WebApplication app) =>
        app.MapGet("/metrics", (HttpContext context, PrometheusExporter exporter) =>
            context.IsOnThisMachine() || context.User.IsInRole(ConsoleRole.Admin)
                ? Results.Text(exporter.Render(), "text/plain; version=0.0.4; charset=utf-8")
                : Results.StatusCode(StatusCodes.Status403Forbidden)).ExcludeFromDescription();
}
