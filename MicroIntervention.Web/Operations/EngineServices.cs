using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Privacy;
using MicroIntervention.Web.Storage.Checkpoints;
using MicroIntervention.Web.Storage.Log;
using MicroIntervention.Web.Streams;

namespace MicroIntervention.Web.Operations;

/// <summary>Puts the engine together with its log, packs and channels, and runs it.</summary>
internal static class EngineServices
{
    /// <summary>Adds the live workspace's engine on an open data folder.</summary>
    public static void AddEngine(this IServiceCollection services, ServeOptions serve, DataFolder folder)
    {
        // A replay's own folder is deleted after it: its key lives as long as its process.
        var installation = Installation.OpenOrCreate(
            folder.Path,
            serve.EventClock ? new InstallationOptions { MasterKey = RandomNumberGenerator.GetBytes(32) } : null);
        services.AddSingleton(installation);
        services.AddSingleton(installation.Hash);
        services.AddSingleton<IdentitySecrets>();
        services.AddSingleton(provider => new EngineOptions
        {
            Partitions = installation.Partitions,
            Clock = serve.EventClock ? EngineClock.Event : EngineClock.Wall,
            PromptBudget = PromptBudget(provider.GetRequiredService<IConfiguration>()),
        });
        services.AddSingleton(new SignalLogOptions());
        services.AddSingleton<SignalLog>();
        services.AddSingleton<ISignalLog>(provider => provider.GetRequiredService<SignalLog>());
        if (!serve.EventClock)
        {
            // A replay's folder is gone when it ends.
            services.AddSingleton<ICheckpointStore>(new CheckpointFolder(folder.Checkpoints));
        }

        services.AddSingleton<SignalParser>();
        services.AddSingleton<PlanBook>();
        services.AddSingleton<SendGates>();
        services.AddSingleton(_ => new LiveFeed());
        services.AddSingleton(_ => new PackFolder(Path.Combine(AppContext.BaseDirectory, "scenarios"), serve.Bench));
        services.AddSingleton(Build);
        services.AddSingleton<EngineIntake>();
        services.AddSingleton<ISignalIntake>(provider => provider.GetRequiredService<EngineIntake>());
        services.AddSingleton<IFeedbackIntake>(provider => provider.GetRequiredService<EngineIntake>());
        services.AddSingleton<ControlDesk>();
        services.AddSingleton<IEngineControls>(provider => provider.GetRequiredService<ControlDesk>());
        services.AddSingleton<DecisionAudit>();
        services.AddSingleton<CustomerDesk>();
        services.AddSingleton<HandoffBundles>();
        services.AddSingleton<HandoffSender>();
        services.AddSingleton<IHoldsVisitors>(provider => provider.GetRequiredService<HandoffSender>());
        services.AddSingleton(provider => new FormerLife(
            provider.GetRequiredService<EngineHost>(), provider.GetRequiredService<LiveFeed>(), new DecisionLog(installation), new NoteLog(installation), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<EngineMeters>();
        services.AddHealthChecks().AddCheck<EngineCheck>("engine", tags: [HealthEndpoints.Ready]);
        services.AddHostedService<EngineRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<HandoffSender>());
    }

    // The configuration's Engine:PromptBudget, within the range that the option states.
    private static TimeSpan PromptBudget(IConfiguration configuration)
    {
        var standard = new EngineOptions().PromptBudget;
        var options = new EngineOptions { PromptBudget = configuration.GetValue("Engine:PromptBudget", standard) };
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options.PromptBudget;
    }

    private static EngineHost Build(IServiceProvider services)
    {
        EngineHost? host = null;
        var book = services.GetRequiredService<PlanBook>();
        var gates = services.GetRequiredService<SendGates>();
        host = new EngineHost(
            services.GetRequiredService<EngineOptions>(),
            new EngineParts(
                services.GetRequiredService<ISignalLog>(),
                services.GetRequiredService<SignalParser>(),
                book,
                new PromptComposer(book, gates, () => host!.CurrentPlan),
                [.. services.GetServices<IChannel>()],
                gates,
                services.GetRequiredService<TimeProvider>(),
                services.GetService<ICheckpointStore>()));
        host.Observe(services.GetRequiredService<LiveFeed>());
        return host;
    }
}
