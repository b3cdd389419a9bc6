using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Store;

/// <summary>The demo shop: <c>/store</c> (the page itself is wwwroot/store) and <c>/store/config.json</c> (its write key).</summary>
public static class StoreEndpoints
{
    /// <summary>Name of the browser source under which the shop's signals come in.</summary>
    public const string DemoSourceName = "Demo shop";

    private const string NoSource = "This server has no source for the demo shop: start it with --demo.";

    /// <summary>With <c>--demo</c>, makes the shop's source unless there is one.</summary>
    public static async Task PrepareStoreAsync(this IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var sources = services.GetRequiredService<SourceStore>();
        if (services.GetRequiredService<ServeOptions>().Demo && await FindAsync(sources) is null)
        {
            await sources.CreateAsync(new NewSource(DemoSourceName, SourceKind.Browser, []));
        }
    }

    public static void MapStore(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var page = app.Environment.WebRootFileProvider.GetFileInfo("store/index.html");
        app.MapGet("/store", () => page.Exists ? Results.Stream(page.CreateReadStream(), "text/html; charset=utf-8") : Results.NotFound()).AllowAnonymous();
        app.MapGet("/store/config.json", ConfigAsync).AllowAnonymous();
    }

    private static async Task<IResult> ConfigAsync(HttpContext context, SourceStore sources)
    {
        // A new demo folder has a new key; a kept answer would make the shop mute.
        context.Response.Headers.CacheControl = "no-store";
        return await FindAsync(sources) is { PublicKey: { } key }
            ? Results.Json(new { writeKey = key })
            : Results.Json(new { error = NoSource }, statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<Source?> FindAsync(SourceStore sources)
    {
        foreach (var source in await sources.ListAsync())
        {
            if (source is { Name: DemoSourceName, Kind: SourceKind.Browser, IsRevoked: false })
            {
                return source;
            }
        }

        return null;
    }
}
