using Microsoft.Extensions.DependencyInjection.Extensions;
using MicroIntervention.Web.Privacy;

namespace MicroIntervention.Web.Ingest;

/// <summary>Adds the doors through which signals come in.</summary>
public static class IngestServices
{
    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddSingleton<IngestMeters>();
        services.AddSingleton<UnknownKeyLimit>();
        services.AddWriteKeys();
        services.AddSingleton<RejectedSignals>();
        services.AddHostedService(provider => provider.GetRequiredService<RejectedSignals>());
        services.AddSingleton<IHoldsVisitors>(provider => provider.GetRequiredService<RejectedSignals>());
        services.AddSingleton<DoorGate>();
        services.AddSingleton<IngestDoors>();
        services.TryAddSingleton<ISignalIntake, ClosedIntake>();
        services.AddDoorDocument();
        return services;
    }

    /// <summary>Adds the one table of keys that all doors ask.</summary>
    public static void AddWriteKeys(this IServiceCollection services)
    {
        services.AddOptions<IngestOptions>().BindConfiguration("Ingest").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<WriteKeys>();
        services.AddSingleton<IWriteKeys>(provider => provider.GetRequiredService<WriteKeys>());
        services.AddHostedService(provider => provider.GetRequiredService<WriteKeys>());
    }

    /// <summary>Puts the doors before everything else: a signal pays for no routing, sign-in or page header.</summary>
    public static void UseIngest(this WebApplication app)
    {
        var doors = app.Services.GetRequiredService<IngestDoors>();
        app.Use((context, next) => 
            DoorPath.Of(context.Request.Path.Value) is { } door ? doors.HandleAsync(context, door)
            : SdkSettings.TryHandle(context, out var answered) ? answered
            : next(context));
    }
}
