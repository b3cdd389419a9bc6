namespace MicroIntervention.Web.Live;

/// <summary>Adds what pages follow while the engine runs.</summary>
public static class LiveServices
{
    public static void AddLive(this IServiceCollection services) => services.AddSignalR();

    public static void MapLive(this WebApplication app)
    {
    }
}
