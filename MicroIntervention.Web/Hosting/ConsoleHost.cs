using Microsoft.AspNetCore.DataProtection;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Hosting.FolderSocket;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Operations;
using MicroIntervention.Web.Ownership;
using MicroIntervention.Web.Privacy;
using MicroIntervention.Web.Shell;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Store;
using MicroIntervention.Web.Streams;

namespace MicroIntervention.Web.Hosting;

/// <summary>Puts the areas of the program together; each area adds one line to each list below.</summary>
public static class ConsoleHost
{
    /// <summary>Names the key ring's purpose; part of every protected secret.</summary>
    internal const string ApplicationName = "MicroIntervention";

    /// <summary>Builds the server on an open data folder, with its database migrated and its roles in place; not yet listening.</summary>
    /// <param name="configure">Last word on the services; tests replace clocks and ports here.</param>
    public static async Task<WebApplication> BuildAsync(ServeOptions options, DataFolder folder, Action<IServiceCollection>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(folder);

        // Content root beside the program, so that it starts from any folder; static files come from the build's manifest or from publish.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "MicroIntervention.Web",
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls(options.Urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A failed start is told in one sentence by the command (its exception is not swallowed); a failing background service still logs as critical.
        var started = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= (Volatile.Read(ref started) ? LogLevel.Error : LogLevel.Critical));
        // Two warnings at every start that the ring is not encrypted; KeyRing says it once, and what follows from it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.Repositories", LogLevel.Error);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDataProtection()
            .SetApplicationName(ApplicationName)
            .PersistKeysToFileSystem(new DirectoryInfo(folder.Keys));

        // Areas: services.
        builder.Services.AddStorage(folder);
        builder.Services.AddConsoleIdentity();
        builder.Services.AddHealth();
        builder.Services.AddKeyRing();
        builder.Services.AddMetricsPage();
        builder.Services.AddLive();
        builder.Services.AddShell();
        builder.Services.AddWebhookChannel(options);
        builder.Services.AddVisitorStreams();
        builder.Services.AddEngine(options, folder);
        builder.Services.AddOwnership();
        builder.Services.AddIngest();
        builder.Services.AddFolderCommands();

        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => Volatile.Write(ref started, true));

        app.UseIngest();
        app.UseSecureHeaders();
        app.UseConsoleErrors();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();

        // Before authorization: the page of the same path is for the signed-in, the link is for those who are not yet.
        app.UseWelcomeLink();
        app.UseAuthorization();
        app.UseAntiforgery();

        // Areas: endpoints.
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealth();
        app.MapMetricsPage();
        app.MapConsoleIdentity();
        app.MapLive();
        app.MapStore();
        app.MapOwnership();
        app.MapShell();
        app.MapVisitorStreams();
        app.MapDoorDocument();

        await app.Services.PrepareStorageAsync();

        // A folder that was copied back by hand, or an erasure cut short: before a door opens.
        app.Services.GetRequiredService<VisitorEraser>().FinishPending();
        await app.Services.PrepareSourcesAsync();
        await app.Services.PrepareIdentityAsync();
        await app.Services.PrepareStoreAsync();
        return app;
    }
}
