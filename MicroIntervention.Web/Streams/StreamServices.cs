using MicroIntervention.Engine.Delivery;
using MicroIntervention.Web.Privacy;

namespace MicroIntervention.Web.Streams;

/// <summary>Adds the visitors' streams. Needs the installation's <see cref="Engine.Primitives.KeyedHash"/>, the table of keys (<see cref="Ingest.IWriteKeys"/>) and an <see cref="IFeedbackIntake"/> among the services.</summary>
internal static class StreamServices
{
    public static void AddVisitorStreams(this IServiceCollection services, StreamOptions? options = null)
    {
        services.AddSingleton(options ?? new StreamOptions());
        services.AddSingleton<StreamTokens>();
        services.AddSingleton<StreamLimits>();
        services.AddSingleton<VisitorBindings>();
        services.AddSingleton<VisitorStreams>();
        services.AddSingleton<IChannel>(provider => provider.GetRequiredService<VisitorStreams>());
        services.AddSingleton<IHoldsVisitors>(provider => provider.GetRequiredService<VisitorStreams>());
        services.AddSingleton<StreamEndpoints>();
    }

    public static void MapVisitorStreams(this WebApplication app)
    {
        var streams = app.Services.GetRequiredService<VisitorStreams>();
        app.Lifetime.ApplicationStopping.Register(streams.Stop);
        var doors = app.Services.GetRequiredService<StreamEndpoints>();
        Map(app, "/v1/hello", HttpMethods.Post, doors.HelloAsync);
        Map(app, "/v1/stream", HttpMethods.Get, doors.StreamAsync);
        Map(app, "/v1/feedback", HttpMethods.Post, doors.FeedbackAsync);
    }

    private static void Map(WebApplication app, string path, string method, RequestDelegate handle)
    {
        app.MapMethods(path, [method], handle).AllowAnonymous().DisableAntiforgery();
        app.MapMethods(path, [HttpMethods.Options], StreamEndpoints.PreflightAsync).AllowAnonymous().ExcludeFromDescription();
    }
}
