using Microsoft.EntityFrameworkCore;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Privacy;
using MicroIntervention.Web.Storage.Backup;

namespace MicroIntervention.Web.Storage;

/// <summary>Adds the console's database.</summary>
public static class StorageServices
{
    private static readonly SecureDelete DeletesForGood = new();

    public static IServiceCollection AddStorage(this IServiceCollection services, DataFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);

        // The factory also registers the context itself as scoped, which Identity's stores need; nothing else may take it.
        services.AddDbContextFactory<ConsoleDbContext>(options => Configure(options, folder.ConsoleDatabase));
        services.AddSingleton<SourceStore>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<RejectedStore>();
        services.AddSingleton<PolicyStore>();
        services.AddSingleton<StorageTurn>();
        services.AddSingleton(new BackupRegistry(folder.Path));
        services.AddSingleton<BackupWriter>();
        services.AddSingleton<VisitorEraser>();
        return services;
    }

    /// <summary>Brings the database to this version's shape, creating it where absent.</summary>
    public static async Task PrepareStorageAsync(this IServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        await db.Database.MigrateAsync();

        // WAL lets pages read while something is written; it is a property of the file, so once is enough.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL");
    }

    internal static void Configure(DbContextOptionsBuilder options, string databaseFile) =>
        options.UseSqlite($"Data Source={databaseFile};Default Timeout=30").AddInterceptors(DeletesForGood);
}
