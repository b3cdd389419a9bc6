using Microsoft.AspNetCore.DataProtection;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Hosting;

/// <summary>What commands need of a data folder that no server holds: its storage, nothing that decides or sends.</summary>
internal static class FolderServices
{
    /// <summary>Puts them together and, where wanted, brings the database to this version's shape. The signal log opens when first asked for.</summary>
    public static async Task<ServiceProvider> BuildAsync(DataFolder folder, bool withDatabase = true)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(folder);
        services.AddStorage(folder);
        services.AddSingleton(new WebhookOptions());
        services.AddSingleton<WebhookStore>();
        services.AddDataProtection().SetApplicationName(ConsoleHost.ApplicationName).PersistKeysToFileSystem(new DirectoryInfo(folder.Keys));
        services.AddSingleton(_ => Installation.OpenOrCreate(folder.Path));
        services.AddSingleton(new SignalLogOptions());
        services.AddSingleton<SignalLog>();
        var built = services.BuildServiceProvider();
        if (withDatabase)
        {
            await built.PrepareStorageAsync();
        }

        return built;
    }
}
