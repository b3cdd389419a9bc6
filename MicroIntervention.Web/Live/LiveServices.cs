using Microsoft.Extensions.DependencyInjection.Extensions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Identity;

namespace MicroIntervention.Web.Live;

/// <summary>Adds what pages follow while the engine runs. The engine observes into <see cref="LiveFeed"/> and offers <see cref="IEngineControls"/>.</summary>
public static class LiveServices
{
    public static void AddLive(this IServiceCollection services)
    {
        services.AddSignalR();
        services.AddSingleton(new LiveFeed(PulseMeter.FeedCapacity));
        services.AddSingleton<FeedFollower>();
        services.AddSingleton(new HubEpoch(Guid.NewGuid().ToString("N")));
        services.AddSingleton(new LatestValue<Pulse>(Pulse.None));
        services.AddHostedService<PulseMeter>();
        services.AddSingleton<ControlRoom>();

        // The engine is looked up late: it may be registered after this, or, in page tests, not at all.
        services.TryAddSingleton(provider => new EngineView(
            () => provider.GetService<EngineHost>()?.CurrentPlan,
            () => provider.GetService<EngineHost>()?.Snapshot()));
    }

    public static void MapLive(this WebApplication app) => app.MapHub<LiveHub>("/hubs/live").RequireAuthorization(ConsoleAction.LiveView);
}
