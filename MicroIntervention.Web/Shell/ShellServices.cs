using Microsoft.AspNetCore.Authorization;
using Radzen;
using MicroIntervention.Web.Shared;

namespace MicroIntervention.Web.Shell;

/// <summary>Adds the pages and their frame.</summary>
public static class ShellServices
{
    public static void AddShell(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddScoped<ViewerClock>();
    }

    public static void MapShell(this WebApplication app)
    {
        app.MapGet("/", async (HttpContext context, IAuthorizationService authorization) =>
        {
            // The home page depends on the role.
            foreach (var entry in NavEntry.Sidebar)
            {
                if ((await authorization.AuthorizeAsync(context.User, entry.Action)).Succeeded)
                {
                    return Results.LocalRedirect(entry.Path);
                }
            }

            return Results.LocalRedirect(context.User.Identity?.IsAuthenticated == true ? "/account/denied" : "/account/login");
        }).AllowAnonymous().ExcludeFromDescription();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
