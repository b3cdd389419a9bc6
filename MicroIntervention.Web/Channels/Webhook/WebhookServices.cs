using MicroIntervention.Engine.Delivery;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Privacy;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Adds the signed webhook channel.</summary>
internal static class WebhookServices
{
    public static void AddWebhookChannel(this IServiceCollection services, ServeOptions serve)
    {
        services.AddSingleton(new WebhookOptions { AllowLoopback = serve.Bench || serve.Demo });
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<WebhookTester>();
        services.AddSingleton(provider => new WebhookChannel(
            provider.GetRequiredService<WebhookOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WebhookChannel>>(),
            provider.GetRequiredService<WebhookStore>().SwitchOff));
        services.AddSingleton<IChannel>(provider => provider.GetRequiredService<WebhookChannel>());
        services.AddSingleton<IHoldsVisitors>(provider => provider.GetRequiredService<WebhookChannel>());
        if (serve.Bench)
        {
            services.AddSingleton<WebhookBench>();
        }

        services.AddHostedService(provider => new WebhookFeed(
            provider.GetRequiredService<WebhookChannel>(), provider.GetRequiredService<WebhookStore>(), provider.GetService<WebhookBench>()));
    }
}
