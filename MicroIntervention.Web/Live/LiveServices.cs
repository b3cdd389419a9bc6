using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Features.Welcome;
using MicroIntervention.Web.Identity;

namespace MicroIntervention.Web.Live;

/// <summary>Adds what pages follow while the engine runs.</summary>
public static class LiveServices
{
    public static void AddLive(this IServiceCollection services)
    {
        services.AddSignalR();
        services.AddSingleton<FeedFollower>();
        services.AddSingleton(new HubEpoch(Guid.NewGuid().ToString("N")));
        services.AddSingleton(new LatestValue<Pulse>(Pulse.None));
        services.AddHostedService<PulseMeter>();
        services.AddSingleton<SourceActivity>();
        services.AddSingleton<ControlRoom>();
        services.AddSingleton<ISessionTimelines, LogTimelines>();

        services.AddTransient<TourEvidence>();
        services.AddTransient<CustomerTour>();
        services.AddSingleton(provider => new HandoffView(
            (visitor, decision, at, cancel) => Task.Run(() => provider.GetRequiredService<Operations.HandoffBundles>().Read(visitor, decision, at, cancel), cancel)));
        services.AddSingleton(provider => new EngineView(
            () => provider.GetRequiredService<EngineHost>().CurrentPlan,
            () => provider.GetRequiredService<EngineHost>().Snapshot()));
    }

    public static void MapLive(this WebApplication app) => app.MapHub<LiveHub>("/hubs/live").RequireAuthorization(ConsoleAction.LiveView);
}
