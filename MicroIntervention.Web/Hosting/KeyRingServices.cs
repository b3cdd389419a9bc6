namespace MicroIntervention.Web.Hosting;

/// <summary>Adds what is said about the key ring.</summary>
internal static class KeyRingServices
{
    public static void AddKeyRing(this IServiceCollection services)
    {
        services.AddSingleton<KeyRing>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRing>());
        services.AddHealthChecks().AddCheck<KeyRing>("key-ring", tags: [HealthEndpoints.Ready]);
    }
}
